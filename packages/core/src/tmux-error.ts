import { tmuxFailure, type Socket } from "@mosaic/fleet-commands/tmux";
import type { RunResult } from "@mosaic/fleet-process";
import { CoreError } from "./error.ts";

export const socketName = (socket: Socket): string =>
  socket === undefined ? "tmux's default socket" : `socket ${socket}`;

/** What to say and do about a tmux call that failed. */
export function tmuxError(result: RunResult, socket: Socket, doing: string): CoreError {
  const detail = result.stderr.trim() || `tmux exited with ${String(result.exitCode ?? result.signal)}`;
  if (tmuxFailure(result.stderr) === "forbidden") {
    return new CoreError({
      code: "TMUX_FORBIDDEN",
      message: `${socketName(socket)} belongs to someone else: ${detail}`,
      hint: "Run the command as the user who owns the tmux server, or name another tmux.socket_name in the roster.",
    });
  }
  return new CoreError({
    code: "TMUX_FAILED",
    message: `tmux could not ${doing} on ${socketName(socket)}: ${detail}`,
    hint: "Look at the server with: mosaic fleet status",
  });
}
