import { attachSession, watchSession } from "@mosaic/fleet-commands/tmux";
import { parseAgentName } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { runningPane } from "./tail.ts";
import { viewerName } from "./viewer.ts";

/**
 * The program that shows the agent's pane in this terminal and cannot type into it or resize it. Its session is its
 * own and ends with it.
 *
 * @throws CoreError `AGENT_NOT_RUNNING`, `SESSION_FOREIGN`.
 */
export async function watchCommand(context: FleetContext, roster: Roster, agent: string): Promise<Argv> {
  await runningPane(context, roster, agent);
  const viewer = viewerName(agent, context.newId().slice(0, 8));
  return watchSession(roster.tmux.socket_name, parseAgentName(agent), viewer);
}

/** The program that hands this terminal to the agent, keys included. Throws as {@link watchCommand}. */
export async function attachCommand(context: FleetContext, roster: Roster, agent: string): Promise<Argv> {
  await runningPane(context, roster, agent);
  return attachSession(roster.tmux.socket_name, parseAgentName(agent));
}
