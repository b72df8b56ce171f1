import { PIN_BROKEN, leaveMode, pressEnter, type Pane, type Socket } from "@mosaic/fleet-commands/tmux";
import type { Argv } from "@mosaic/fleet-process";
import type { FleetContext } from "../context.ts";
import { readPanes } from "../panes.ts";

/** Does what is pinned to a pane and its process. `broken`: it is not there, or is another; nothing was done. */
export async function pinnedCall(
  context: FleetContext,
  socket: Socket,
  argv: Argv,
): Promise<"done" | "broken"> {
  const result = await context.run(argv);
  // A pane or server that is gone fails the call; one that changed prints the word instead of acting.
  return result.exitCode === 0 && !result.stdout.includes(PIN_BROKEN) ? "done" : "broken";
}

/** Presses Enter in that very pane, also when somebody has begun to scroll in it meanwhile. */
export async function enter(
  context: FleetContext,
  socket: Socket,
  pane: Pane,
  deadline: number,
): Promise<boolean> {
  for (;;) {
    if ((await pinnedCall(context, socket, pressEnter(socket, pane))) === "done") return true;
    const now = await asItIs(context, socket, pane);
    if (now?.pid !== pane.pid || !now.inMode || performance.now() >= deadline) return false;
    await context.run(leaveMode(socket, pane.paneId));
  }
}

/** Whether the program that was typed to is gone, and what it had not taken with it. */
export async function ended(context: FleetContext, socket: Socket, pane: Pane): Promise<boolean> {
  const now = await asItIs(context, socket, pane);
  return now?.pid !== pane.pid || now.dead || now.server.startTime !== pane.server.startTime;
}

/** The pane as it is now, by its id; undefined when it is gone. */
async function asItIs(context: FleetContext, socket: Socket, { paneId }: Pane): Promise<Pane | undefined> {
  return (await readPanes(context, socket)).find((one) => one.paneId === paneId);
}
