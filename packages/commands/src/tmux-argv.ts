import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "./argv.ts";

/** A tmux server: a socket name, or undefined for tmux's own default server. */
export type Socket = string | undefined;

/** `-u`: where no UTF-8 locale is set, as in a bare container, tmux prints tabs as `_`. */
export const tmux = (socket: Socket, ...args: readonly string[]): Argv =>
  socket === undefined ? ["tmux", "-u", ...args] : ["tmux", "-u", "-L", socket, ...args];

/** `=` asks for an exact match; a bare `coder-1` also hits `coder-10` once `coder-1` is gone. */
export const exactly = (name: AgentName): string => `=${name}`;

/**
 * A window or pane of exactly that session, and the session where tmux looks for an option or a hook: without the
 * colon tmux 3.3a looks there for a pane named `=name` and finds none.
 */
export const exactPane = (name: string): string => `=${name}:`;

/** tmux takes an argument's final `;` for its own command separator. */
export const literal = (arg: string): string => arg.replace(/;$/, "\\;");

/** tmux hands a lone word to `sh -c`; with `env` before it there are two. */
export const neverAlone = (command: Argv): Argv => (command.length === 1 ? ["env", ...command] : command);

/**
 * tmux expands formats in the folder a session starts in, `#(command)` included, and falls back to another folder
 * when the result does not exist. `##` stands for `#`, except that `#` before `[` stands for itself.
 */
export const unexpanded = (path: string): string => path.replace(/#+(?![#[])/g, (hashes) => hashes + hashes);
