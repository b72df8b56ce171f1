import { isFleetError, nearest } from "@mosaic/fleet-model";
import {
  commsBlock,
  composeContract,
  contractHash,
  PersonasError,
  type ContractLayer,
  type ContractParts,
  type LayerName,
  type ResolvedPersona,
} from "@mosaic/fleet-personas";
import { BUILT_IN_RUNTIMES, type Agent, type Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { readIfPresent } from "./files.ts";
import { openLayered, personaSources } from "./library.ts";

/** The system prompt of a seat. */
export interface SeatContract {
  /** Null where the contract is for no seat: it then holds what all of them share. */
  readonly agent: string | null;
  readonly text: string;
  /** 12 hexadecimal digits; another contract has another hash. */
  readonly hash: string;
  /** Null where the seat plays a class without a persona. */
  readonly persona: { readonly class: string; readonly layer: LayerName; readonly path: string } | null;
}

const LAYERS = ["CONSTITUTION", "SOUL", "USER", "TOOLS"] as const;

const layerPath = ({ home }: FleetContext, name: string): string => `${home.root}/${name}`;

/** What the operator says to every agent on a runtime. */
const notesPath = (context: FleetContext, runtime: string): string =>
  layerPath(context, `runtimes/${runtime}.md`);

async function sharedLayers(context: FleetContext): Promise<ContractParts["layers"]> {
  const read = (name: string): Promise<string | undefined> => readIfPresent(layerPath(context, name));
  const [constitution, soul, user, tools] = await Promise.all(LAYERS.map((layer) => read(`${layer}.md`)));
  const locals = await Promise.all(
    LAYERS.map(async (layer): Promise<ContractLayer[]> => {
      const name = `${layer}.local.md`;
      const text = await read(name);
      return text === undefined ? [] : [{ name, text }];
    }),
  );
  return { constitution, soul, user, tools, locals: locals.flat() };
}

/**
 * The files and folders that the contracts of a roster are composed of, whether they are there or not. The program is one
 * of them: another version may compose in another way.
 */
export function contractSources(context: FleetContext, roster: Roster): readonly string[] {
  const layers = LAYERS.flatMap((layer) => [`${layer}.md`, `${layer}.local.md`]);
  const classes = [...new Set(roster.agents.map((seat) => seat.class))];
  const runtimes = [...new Set(roster.agents.map((seat) => seat.runtime))];
  return [
    ...context.program.slice(1),
    ...layers.map((name) => layerPath(context, name)),
    ...runtimes.map((runtime) => notesPath(context, runtime)),
    ...personaSources(context, classes),
  ];
}

/**
 * An agent that is sent to a file it never sees makes up what stands there. A home asks for SOUL.md by naming it in
 * another of its layers, or by having an overlay of it.
 *
 * @throws CoreError `SOUL_MISSING`.
 */
function requireSoul({ home }: FleetContext, layers: ContractParts["layers"]): void {
  if ((layers.soul ?? "").trim() !== "") return;
  const { constitution = "", user = "", tools = "", locals } = layers;
  const others = [
    { name: "CONSTITUTION.md", text: constitution },
    { name: "USER.md", text: user },
    { name: "TOOLS.md", text: tools },
    ...locals,
  ];
  const asks = others.find(({ name, text }) => name === "SOUL.local.md" || /\bSOUL\.md\b/.test(text));
  if (!asks) return;
  throw new CoreError({
    code: "SOUL_MISSING",
    message: `${home.root}/SOUL.md is missing or empty, and ${asks.name} beside it asks for it`,
    hint: `Write ${home.root}/SOUL.md, or take it out of ${asks.name}.`,
  });
}

/** Composes the contracts of a roster; what they share is read once. @throws CoreError `SOUL_MISSING`, from what it returns. */
export async function contractComposer(
  context: FleetContext,
  roster: Roster | undefined,
): Promise<(seat: Agent | undefined, runtime?: string) => Promise<SeatContract>> {
  const [{ personas }, layers] = await Promise.all([openLayered(context), sharedLayers(context)]);

  /** A free class such as `worker` has no persona; one whose file is broken must not pass for it. */
  const personaOf = async (seat: Agent): Promise<ResolvedPersona | undefined> => {
    try {
      return await personas.resolvePersona(seat.class);
    } catch (error) {
      if (error instanceof PersonasError && error.code === "PERSONA_UNKNOWN") return undefined;
      throw error;
    }
  };
  return async (seat, runtime = seat?.runtime) => {
    requireSoul(context, layers);
    const runtimeNotes = runtime === undefined ? undefined : await readIfPresent(notesPath(context, runtime));
    const resolved = seat && (await personaOf(seat));
    const block = seat && roster ? commsBlock(roster, [seat.name], context.host) : "";
    const text = composeContract({ layers, runtimeNotes, persona: resolved?.persona, commsBlock: block });
    const persona = resolved
      ? { class: resolved.persona.class, layer: resolved.layer, path: resolved.path }
      : null;
    return { agent: seat?.name ?? null, text, hash: contractHash(text), persona };
  };
}

/** The contract of a seat, of the calling one where none is named; for an operator what all seats share. */
export async function contractFor(
  context: FleetContext,
  loadRoster: () => Promise<Roster>,
  runtime: string,
  agent: string | undefined = context.caller,
): Promise<SeatContract> {
  const roster = await loadRoster().catch((error: unknown) => {
    // A contract for no seat needs no roster.
    if (agent === undefined && isFleetError(error) && error.code === "ROSTER_MISSING") return undefined;
    throw error;
  });
  const runtimes = [...new Set([...BUILT_IN_RUNTIMES, ...Object.keys(roster?.runtimes ?? {})])];
  if (!runtimes.includes(runtime)) {
    const near = nearest(runtime, runtimes);
    throw new CoreError({
      code: "RUNTIME_UNKNOWN",
      message: `there is no runtime ${JSON.stringify(runtime)}`,
      hint:
        near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The runtimes are: ${runtimes.join(", ")}`,
    });
  }
  const compose = await contractComposer(context, roster);
  return compose(agent === undefined || !roster ? undefined : seatOf(roster, agent).seat, runtime);
}

/** The cheat-sheet of a role, and whom it is for. */
export interface CommsSheet {
  readonly role: string;
  readonly host: string;
  /** The seats that the sheet is for; several when the role is a class with several. */
  readonly agents: readonly string[];
  readonly text: string;
}

/**
 * How a seat talks to its peers. A role is an agent's name, or a class; in the pane of an agent of that class it is
 * that agent.
 *
 * @throws CoreError `COMMS_UNAVAILABLE` when there is no such role or no roster to look it up in.
 */
export async function commsSheet(
  context: FleetContext,
  loadRoster: () => Promise<Roster>,
  role: string,
  host: string = context.host,
): Promise<CommsSheet> {
  const unavailable = (message: string, hint: string, cause?: unknown): CoreError =>
    new CoreError({ code: "COMMS_UNAVAILABLE", message, hint, cause });
  const roster = await loadRoster().catch((cause: unknown) => {
    if (!isFleetError(cause)) throw cause;
    throw unavailable(cause.message, cause.hint, cause);
  });
  const named = roster.agents.filter(({ name }) => name === role);
  const playing = roster.agents.filter((seat) => seat.class === role);
  const calling = playing.filter(({ name }) => name === context.caller);
  const seats = [named, calling, playing].find((some) => some.length > 0);
  if (!seats) {
    const names = [...new Set(roster.agents.flatMap((seat) => [seat.name, seat.class]))];
    throw unavailable(
      `there is no agent or class ${JSON.stringify(role)} in the roster`,
      `The roster has: ${names.slice(0, 24).join(", ")}${names.length > 24 ? ", ..." : ""}`,
    );
  }
  const agents = seats.map(({ name }) => name);
  return { role, host, agents, text: commsBlock(roster, agents, host) };
}
