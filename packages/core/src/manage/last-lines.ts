import { capturePane, type Socket } from "@mosaic/fleet-commands/tmux";
import type { FleetContext } from "../context.ts";

/** How many last lines of a pane stand in the message about an agent that ended or did not get ready. */
const LAST_LINES = 12;

/** The last lines of a pane that hold anything. */
export async function lastLines(
  context: FleetContext,
  socket: Socket,
  paneId: string,
  count = LAST_LINES,
): Promise<string[]> {
  // tmux moves the screen of a dead pane up to write a line of its own at the bottom.
  const { stdout } = await context.run(capturePane(socket, paneId, count));
  return stdout
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("Pane is dead ("))
    .slice(-count);
}

/** As they stand in a message: `; its last lines:` and the lines, or nothing. */
export const shownLines = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `; its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
