import { stat } from "node:fs/promises";
import type { RuntimeProgram } from "@mosaic/fleet-commands/runtimes";
import type { AgentName } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { COMMAND_KEY, operatorVariables } from "./env-file.ts";
import { CoreError } from "../error.ts";
import { readIfPresent } from "../files.ts";
import { findProgram } from "./find-program.ts";
import { adapterOf, expandHome, livesElsewhere } from "./launch.ts";
import { captured } from "../manage/units.ts";

/** Why a seat cannot be launched on this host, with the mend. */
export interface Unlaunchable {
  readonly code: keyof typeof HINTS;
  readonly why: string;
}

const HINTS = {
  RUNTIME_NOT_INSTALLED:
    "Or put PATH=<its folder>:<the rest> into the agent's env file, or give the seat another runtime.",
  AGENT_NOT_READY: "Or set working_directory in the roster.",
} as const;

/** Undefined when it can be. Into a command line of the operator's nobody looks. Read-only. */
export async function unlaunchable(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
): Promise<Unlaunchable | undefined> {
  if (livesElsewhere(seat, context.host) !== undefined) return undefined;
  return (
    (await withoutFolder(expandHome(seat.working_directory, context.userHome))) ??
    (await withoutProgram(context, roster, seat))
  );
}

/** tmux starts a session whose folder is missing in another one, silently. */
export async function withoutFolder(path: string): Promise<Unlaunchable | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return undefined;
  const why = `its working directory ${path} does not exist; make it with: mkdir -p ${shellWord(path)}`;
  return { code: "AGENT_NOT_READY", why };
}

/** As a shell reads it, for a line that a person copies. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

async function withoutProgram(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
): Promise<Unlaunchable | undefined> {
  const launched = await launchedProgram(context, roster, seat);
  if (!launched || (await findProgram(launched.program.name, launched.path)) !== undefined) return undefined;
  const why = `${launched.program.name} is not on its PATH; get it with: ${launched.program.install}`;
  return { code: "RUNTIME_NOT_INSTALLED", why };
}

/** The program that a seat of this host is launched with, and the PATH it is looked for on; undefined where none is known. */
export async function launchedProgram(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
): Promise<{ readonly program: RuntimeProgram; readonly path: string } | undefined> {
  const program = adapterOf(roster, seat)?.program;
  if (!program || livesElsewhere(seat, context.host) !== undefined) return undefined;
  const own = operatorVariables(await readIfPresent(context.home.env(seat.name)));
  if (own[COMMAND_KEY] !== undefined) return undefined;
  return { program, path: own.PATH ?? (await captured(context, "PATH")) ?? context.path };
}

/** The failure to start such a seat. */
export const cannotLaunch = ({ name }: Pick<Agent, "name">, { code, why }: Unlaunchable): CoreError =>
  new CoreError({ code, message: `${name}: ${why}`, hint: HINTS[code] });

/** The command line that the operator wrote into the agent's env file; one that the roster set there is none. */
export const operatorCommand = async (context: FleetContext, name: AgentName): Promise<string | undefined> =>
  operatorVariables(await readIfPresent(context.home.env(name)))[COMMAND_KEY];

/** The seats that cannot be launched, by name. */
export async function unlaunchableSeats(
  context: FleetContext,
  roster: Roster,
): Promise<ReadonlyMap<string, Unlaunchable>> {
  const seats = roster.agents.map(async (seat): Promise<[string, Unlaunchable][]> => {
    const against = await unlaunchable(context, roster, seat);
    return against === undefined ? [] : [[seat.name, against]];
  });
  return new Map((await Promise.all(seats)).flat());
}
