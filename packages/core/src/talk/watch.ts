import { attachSession, watchSession, type Socket } from "@mosaic/fleet-commands/tmux";
import { parseAgentName } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { routeTo } from "./route.ts";
import { runningPane } from "./tail.ts";
import { viewerName } from "./viewer.ts";

/**
 * The program that shows the agent's pane in this terminal and cannot type into it or resize it. Its session is its
 * own and ends with it.
 *
 * @throws CoreError `AGENT_NOT_RUNNING`, `SESSION_FOREIGN`.
 */
export async function watchCommand(context: FleetContext, roster: Roster, agent: string): Promise<Argv> {
  const socket = await socketOf(context, roster, agent, "watch");
  const viewer = viewerName(agent, context.newId().slice(0, 8));
  return watchSession(socket, parseAgentName(agent), viewer);
}

/** The program that hands this terminal to the agent, keys included. Throws as {@link watchCommand}. */
export async function attachCommand(context: FleetContext, roster: Roster, agent: string): Promise<Argv> {
  return attachSession(await socketOf(context, roster, agent, "attach"), parseAgentName(agent));
}

/** The tmux server under which the agent runs: this home's, or that of another home on this host. */
async function socketOf(
  context: FleetContext,
  roster: Roster,
  agent: string,
  verb: "attach" | "watch",
): Promise<Socket> {
  const route = await routeTo(context, roster, agent);
  const there = route?.kind === "home" ? route : { context, roster };
  await runningPane(there.context, there.roster, agent, verb);
  return there.roster.tmux.socket_name;
}
