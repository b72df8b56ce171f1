import { capturePane, type Pane } from "@mosaic/fleet-commands/tmux";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { firstPanes, readPanes } from "./observe.ts";
import { tmuxError } from "./tmux-error.ts";

/** The agent's pane. @throws CoreError `AGENT_NOT_RUNNING`, `SESSION_FOREIGN`. */
export async function runningPane(context: FleetContext, roster: Roster, agent: string): Promise<Pane> {
  const { name } = seatOf(roster, agent);
  const pane = firstPanes(await readPanes(context, roster.tmux.socket_name)).get(name);
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

/** The last `lines` lines of the agent's pane, as they are seen; full-screen programs show their screen. */
export async function tail(
  context: FleetContext,
  roster: Roster,
  agent: string,
  lines: number,
): Promise<string[]> {
  const pane = await runningPane(context, roster, agent);
  const result = await context.run(capturePane(roster.tmux.socket_name, pane.paneId, lines));
  if (result.exitCode !== 0) throw tmuxError(result, roster.tmux.socket_name, `read the pane of ${agent}`);
  return result.stdout.replace(/\n+$/, "").split("\n").slice(-lines);
}
