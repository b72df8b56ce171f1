import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import type { AgentName } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { COMMAND_KEY, mergeEnv, parseEnv } from "./env-file.ts";
import { CoreError } from "../error.ts";
import { readIfPresent } from "../files.ts";
import { findProgram } from "./find-program.ts";
import { livesElsewhere, rosterCommand } from "./launch.ts";
import { captured } from "../manage/units.ts";

/**
 * Why a seat cannot be launched on this host, and the mend; undefined when it can. Into a command line of the
 * operator's nobody looks. Read-only.
 */
export async function unlaunchable(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
): Promise<string | undefined> {
  const program = rosterCommand(roster, seat) === undefined ? RUNTIMES[seat.runtime]?.program : undefined;
  if (!program || livesElsewhere(seat, context.host) !== undefined) return undefined;
  const own = await operatorLines(context, seat.name);
  if (own[COMMAND_KEY] !== undefined) return undefined;
  const path = own.PATH ?? (await captured(context, "PATH")) ?? context.path;
  if ((await findProgram(program.name, path)) !== undefined) return undefined;
  return `${program.name} is not on its PATH; get it with: ${program.install}`;
}

/** The failure to start such a seat. */
export const notInstalled = ({ name }: Pick<Agent, "name">, why: string): CoreError =>
  new CoreError({
    code: "RUNTIME_NOT_INSTALLED",
    message: `${name}: ${why}`,
    hint: "Or put PATH=<its folder>:<the rest> into the agent's env file, or give the seat another runtime.",
  });

/** The command line that the operator wrote into the agent's env file; one that the roster set there is none. */
export const operatorCommand = async (context: FleetContext, name: AgentName): Promise<string | undefined> =>
  (await operatorLines(context, name))[COMMAND_KEY];

async function operatorLines(
  { home }: FleetContext,
  name: AgentName,
): Promise<Readonly<Record<string, string | undefined>>> {
  const text = await readIfPresent(home.env(name));
  return text === undefined ? {} : parseEnv(mergeEnv(text, {}));
}

/** The seats that cannot be launched, and why, by name. */
export async function unlaunchableSeats(
  context: FleetContext,
  roster: Roster,
): Promise<ReadonlyMap<string, string>> {
  const seats = roster.agents.map(async (seat): Promise<[string, string][]> => {
    const why = await unlaunchable(context, roster, seat);
    return why === undefined ? [] : [[seat.name, why]];
  });
  return new Map((await Promise.all(seats)).flat());
}
