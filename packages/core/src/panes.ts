import { listPanes, parsePanes, tmuxFailure, type Pane, type Socket } from "@mosaic/fleet-commands/tmux";
import type { FleetContext } from "./context.ts";
import { tmuxError } from "./tmux-error.ts";

/** All panes of the server; none when there is no server. @throws CoreError `TMUX_FORBIDDEN`, `TMUX_FAILED`. */
export async function readPanes(context: FleetContext, socket: Socket): Promise<Pane[]> {
  const result = await context.run(listPanes(socket));
  if (result.exitCode === 0) return parsePanes(result.stdout);
  if (tmuxFailure(result.stderr) === "no-server") return [];
  throw tmuxError(result, socket, "list the panes");
}

/** tmux counts panes up: the number of `%7` tells which is older. */
const birth = ({ paneId }: Pane): number => Number(paneId.slice(1));

/**
 * The pane an agent lives in, by session name: the oldest of its session. Panes and windows that somebody adds may
 * stand before it, never be older.
 */
export function firstPanes(panes: readonly Pane[]): Map<string, Pane> {
  const first = new Map<string, Pane>();
  for (const pane of panes) {
    const known = first.get(pane.session);
    if (!known || birth(pane) < birth(known)) first.set(pane.session, pane);
  }
  return first;
}

/** The pane that the agent, or the holder, lives in now; undefined when there is none. Throws as {@link readPanes}. */
export async function paneOf(
  context: FleetContext,
  socket: Socket,
  session: string,
): Promise<Pane | undefined> {
  return firstPanes(await readPanes(context, socket)).get(session);
}
