import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import type { AgentName } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";
import { COMMAND_KEY, mergeEnv, parseEnv } from "./env-file.ts";
import { CoreError } from "./error.ts";
import { readIfPresent } from "./files.ts";
import { rosterCommand } from "./launch.ts";

const what = (runtime: string): string => `this version cannot launch the runtime ${runtime}`;
const mend = (runtime: string): string =>
  `give runtimes.${runtime}.command, or provision with --runtime '*=canary'`;

/**
 * Why this version cannot launch a seat, and the mend; undefined when it can. Pure.
 *
 * @param override - `MOSAIC_AGENT_COMMAND` where the operator wrote it into the env file.
 */
export function unlaunchable(roster: Roster, seat: Agent, override?: string): string | undefined {
  const command = rosterCommand(roster, seat) ?? override;
  if (command !== undefined || RUNTIMES[seat.runtime] !== undefined) return undefined;
  return `${what(seat.runtime)}: ${mend(seat.runtime)}`;
}

/** The failure to start such a seat. */
export const runtimeUnsupported = ({ name, runtime }: Agent): CoreError =>
  new CoreError({
    code: "RUNTIME_UNSUPPORTED",
    message: `${name}: ${what(runtime)}`,
    hint: `In the roster ${mend(runtime)}.`,
  });

/** The command line that the operator wrote into the agent's env file; one that the roster set there is none. */
export async function operatorCommand(context: FleetContext, name: AgentName): Promise<string | undefined> {
  const text = await readIfPresent(context.home.env(name));
  return text === undefined ? undefined : parseEnv(mergeEnv(text, {}))[COMMAND_KEY];
}

/** The seats that cannot be launched, and why, by name. An env file is read only where it can make a difference. */
export async function unlaunchableSeats(
  context: FleetContext,
  roster: Roster,
): Promise<ReadonlyMap<string, string>> {
  const seats = roster.agents.map(async (seat): Promise<[string, string][]> => {
    if (unlaunchable(roster, seat) === undefined) return [];
    const why = unlaunchable(roster, seat, await operatorCommand(context, seat.name));
    return why === undefined ? [] : [[seat.name, why]];
  });
  return new Map((await Promise.all(seats)).flat());
}
