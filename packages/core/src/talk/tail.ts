import { capturePane, type Pane } from "@mosaic/fleet-commands/tmux";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { requireHere } from "../elsewhere.ts";
import { CoreError } from "../error.ts";
import { lastLines } from "../manage/last-lines.ts";
import { paneOf } from "../panes.ts";
import { answerOf, askPeer } from "./peer.ts";
import { routeTo } from "./route.ts";
import { tmuxError } from "../tmux-error.ts";

/** The agent's pane, for a verb of `mosaic agent`. @throws CoreError `AGENT_NOT_RUNNING`, `SESSION_FOREIGN`. */
export async function runningPane(
  context: FleetContext,
  roster: Roster,
  agent: string,
  verb: "attach" | "tail" | "watch",
): Promise<Pane> {
  const { name, seat } = seatOf(roster, agent);
  requireHere(context, roster, seat, `agent ${verb}`);
  const pane = await paneOf(context, roster.tmux.socket_name, name);
  if (!pane) {
    throw new CoreError({
      code: "AGENT_NOT_RUNNING",
      message: `${name} is not running`,
      hint: `Start it with: mosaic fleet start ${name}`,
    });
  }
  if (pane.mark?.home === context.home.root) return pane;
  throw new CoreError({
    code: "SESSION_FOREIGN",
    message: `the session ${name} was not started by ${context.home.root}`,
    hint: "It is left alone; look at it with tmux itself.",
  });
}

async function tailOver(
  context: FleetContext,
  destination: string,
  agent: string,
  lines: number,
): Promise<string[]> {
  const words = ["agent", "tail", agent, "--json", "-n", String(lines)];
  const answer = await askPeer(context, destination, words);
  return (answerOf(destination, answer) as { lines: string[] }).lines; // The other side runs the same code.
}

/**
 * The last `lines` lines of the agent's pane, as they are seen; full-screen programs show their screen. Of a
 * program that has ended, those that hold anything.
 *
 * @throws CoreError as {@link routeTo}, {@link askPeer} and {@link runningPane} do; `TMUX_FORBIDDEN`, `TMUX_FAILED`.
 */
export async function tail(
  context: FleetContext,
  roster: Roster,
  agent: string,
  lines: number,
): Promise<string[]> {
  const route = await routeTo(context, roster, agent);
  if (route?.kind === "host") return tailOver(context, route.destination, agent, lines);
  const there = route ?? { context, roster };
  const socket = there.roster.tmux.socket_name;
  const pane = await runningPane(there.context, there.roster, agent, "tail");
  if (pane.dead) return lastLines(context, socket, pane.paneId, lines);
  const result = await context.run(capturePane(socket, pane.paneId, lines));
  if (result.exitCode !== 0) throw tmuxError(result, socket, `read the pane of ${agent}`);
  return result.stdout.replace(/\n+$/, "").split("\n").slice(-lines);
}
