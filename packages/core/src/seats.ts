import { rm } from "node:fs/promises";
import { isFleetError, type AgentName } from "@mosaic/fleet-model";
import type { AgentChanges, WrittenAgent } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import { fleetLock, type Applying, type Outcome } from "./apply.ts";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import { launchOf } from "./launch/launch.ts";
import { loadRoster } from "./roster-file.ts";

/** The classes whose last seat a fleet cannot do without. */
const FLOOR = ["orchestrator", "enhancer"];

/**
 * Writes a new seat into the roster and its env file. Starts nothing.
 *
 * @throws CoreError `ROSTER_MISSING`; RosterError `ROSTER_AGENT_EXISTS`, `ROSTER_INVALID`, `ROSTER_EDIT_UNSUPPORTED`.
 */
export async function addSeat(context: FleetContext, agent: string, seat: SeatChanges): Promise<void> {
  const { addAgent } = await import("@mosaic/fleet-roster");
  const set = Object.entries(seat).filter(([, value]) => value !== undefined && value !== null);
  // The parser checks the edited text, and with it this seat.
  const written = { name: agent, ...Object.fromEntries(set) } as unknown as WrittenAgent;
  await editRoster(context, (text) => addAgent(text, written, context.home.roster));
}

export interface Configured {
  /** Whether there was anything to change. */
  readonly changed: boolean;
  /** Whether the seat is now launched in another way. A friendly name, for one, is only shown. */
  readonly to_apply: boolean;
}

/**
 * Changes one seat in the roster. What runs goes on as it is, until it is applied.
 *
 * @throws CoreError `AGENT_UNKNOWN`; RosterError as {@link addSeat}.
 */
export async function configureSeat(
  context: FleetContext,
  name: string,
  changes: SeatChanges,
): Promise<Configured> {
  const { configureAgent } = await import("@mosaic/fleet-roster");
  const launch = async (): Promise<string> => {
    const roster = await loadRoster(context);
    return launchOf(roster, seatOf(roster, name).seat, context).hash;
  };
  const before = await launch();
  const edit = (text: string): string => configureAgent(text, name, changesOf(changes), context.home.roster);
  const changed = await editRoster(context, edit);
  return { changed, to_apply: changed && (await launch()) !== before };
}

/** What there is to say about a seat: what is undefined stays, what is null goes back to its default. */
export type SeatChanges = { readonly [Key in keyof AgentChanges]?: AgentChanges[Key] | undefined };

const changesOf = (changes: SeatChanges): AgentChanges =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

/**
 * Stops an agent, lets it never start again, takes it out of the roster, and deletes its files, in this order:
 * interrupted before the third, it is still in the roster, and the next call goes on; later, its files stay.
 *
 * @param keepFiles - Whether its env file and its reports stay.
 * @returns One outcome: `removed`.
 * @throws CoreError `AGENT_UNKNOWN`, `FLOOR_SEAT`, `SESSION_FOREIGN`, `STOP_FAILED`.
 */
export async function removeSeat(o: Applying, agent: string, keepFiles: boolean): Promise<Outcome[]> {
  const { context, manager } = o;
  using _ = await fleetLock(context, o.signal);
  // As it is now: another call may have taken out the other seat of this class meanwhile.
  const roster = await loadRoster(context);
  const { name, seat } = seatOf(roster, agent);
  if (FLOOR.includes(seat.class) && roster.agents.filter((one) => one.class === seat.class).length === 1) {
    throw new CoreError({
      code: "FLOOR_SEAT",
      message: `${name} is the only ${seat.class} of this fleet, and a fleet cannot do without`,
      hint: `Add another first: mosaic fleet add NAME --runtime ${seat.runtime} --class ${seat.class}`,
    });
  }
  const { removeAgent } = await import("@mosaic/fleet-roster");
  const text = (await readIfPresent(context.home.roster)) ?? "";
  // Tried before anything is stopped.
  const without = removeAgent(text, name, context.home.roster);
  const began = performance.now();
  const stopped = await manager.stop(roster, name);
  await manager.disable(name);
  await writeAtomically(context.home.roster, without, 0o644);
  const { giveUp } = await import("./talk/mail-delivery.ts");
  await giveUp(context, seat, o.signal).catch((error: unknown) => {
    if (!isFleetError(error)) throw error;
    o.warn?.(`what waits for ${name} waits on, and its senders are not told: ${error.message}`);
  });
  if (!keepFiles) for (const path of filesOf(context, name)) await rm(path, { force: true, recursive: true });
  const outcome: Outcome = {
    agent: name,
    action: stopped ? "stop" : "nothing",
    result: "removed",
    elapsed_ms: Math.round(performance.now() - began),
    why: "asked for",
    error: null,
  };
  o.progress?.(outcome);
  return [outcome];
}

const filesOf = ({ home }: FleetContext, name: AgentName): string[] => [
  home.env(name),
  home.heartbeat(name),
  home.events(name),
  `${home.events(name)}.1`,
  home.inbox(name),
  home.stopped(name),
  home.typed(name),
  home.conversation(name),
  home.contract(name),
];

/** @returns whether the text changed. */
async function editRoster(context: FleetContext, edit: (text: string) => string): Promise<boolean> {
  using _ = await fleetLock(context);
  await loadRoster(context);
  const text = (await readIfPresent(context.home.roster)) ?? "";
  const edited = edit(text);
  if (edited === text) return false;
  await writeAtomically(context.home.roster, edited, 0o644);
  return true;
}
