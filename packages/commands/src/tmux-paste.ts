import type { Argv } from "./argv.ts";
import { tmux, type Socket } from "./tmux-argv.ts";
import { pinned, type PanePin } from "./tmux-pin.ts";

/**
 * Acts on a pane only while the same program runs in it and keys reach that program and no other: not in copy mode,
 * not with its input switched off, not typed into several panes at once.
 */
const typing = (socket: Socket, pin: PanePin, command: readonly string[]): Argv =>
  pinned(socket, {
    target: pin.paneId,
    server: pin.server,
    fields: {
      pane_pid: String(pin.pid),
      pane_dead: "0",
      pane_in_mode: "0",
      pane_input_off: "0",
      pane_synchronized: "0",
    },
    command,
  });

/** The text itself comes on standard input, so that it is in no process list and has no length limit. */
export function loadBuffer(socket: Socket, buffer: string): Argv {
  return tmux(socket, "load-buffer", "-b", buffer, "-");
}

/** Exits 1 when there is no such buffer. */
export function deleteBuffer(socket: Socket, buffer: string): Argv {
  return tmux(socket, "delete-buffer", "-b", buffer);
}

/**
 * `-p` brackets the paste where the program asked for it, `-r` keeps newlines, `-d` deletes the buffer. When the
 * pin is broken the buffer stays.
 */
export function pasteBuffer(socket: Socket, pin: PanePin, buffer: string): Argv {
  return typing(socket, pin, ["paste-buffer", "-p", "-r", "-d", "-b", buffer, "-t", pin.paneId]);
}

/** Enter is a call of its own: in one call with the text, runtimes take it for a newline of the paste. */
export function pressEnter(socket: Socket, pin: PanePin): Argv {
  return typing(socket, pin, ["send-keys", "-t", pin.paneId, "Enter"]);
}

/**
 * Leaves copy mode, or any other mode, without a key: an Escape that arrives in a program interrupts it. Does
 * nothing where no mode is on.
 */
export function leaveMode(socket: Socket, paneId: string): Argv {
  return tmux(socket, "copy-mode", "-q", "-t", paneId);
}
