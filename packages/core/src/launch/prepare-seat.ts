import { rm } from "node:fs/promises";
import type { AgentName } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { contractComposer } from "../contract.ts";
import { COMMAND_KEY, mergeEnv, parseEnv } from "./env-file.ts";
import { readIfPresent, writeAtomically, writeFailed } from "../files.ts";
import { launchOf, type Launch } from "./launch.ts";
import { cannotLaunch, unlaunchable } from "./unlaunchable.ts";

/**
 * Refreshes the seat's env file and makes sure that it can be launched: after this only the start itself can fail.
 *
 * @throws CoreError `RUNTIME_NOT_INSTALLED`, `SOUL_MISSING`, `AGENT_NOT_READY` without a working directory, `WRITE_FAILED`;
 * PersonasError when the persona is broken.
 */
export async function prepareSeat(context: FleetContext, roster: Roster, seat: Agent): Promise<Launch> {
  const command = await refreshEnv(context, roster, seat);
  const against = await unlaunchable(context, roster, seat);
  if (against !== undefined) throw cannotLaunch(seat, against);
  if (command === undefined) await (await contractComposer(context, roster))(seat);
  return launchOf(roster, seat, context, command);
}

/** A heartbeat of an earlier start proves nothing about the next. @throws CoreError `WRITE_FAILED`. */
export async function forgetHeartbeat({ home }: FleetContext, agent: AgentName): Promise<void> {
  const path = home.heartbeat(agent);
  await rm(path, { force: true }).catch((cause: unknown) => {
    throw writeFailed(path, cause);
  });
}

/** @returns The operator's command line in the agent's env file. */
async function refreshEnv(context: FleetContext, roster: Roster, seat: Agent): Promise<string | undefined> {
  const path = context.home.env(seat.name);
  const existing = await readIfPresent(path);
  const { generated } = launchOf(roster, seat, context);
  const text = mergeEnv(existing, generated);
  if (text !== existing) await writeAtomically(path, text, 0o600);
  return parseEnv(text)[COMMAND_KEY];
}
