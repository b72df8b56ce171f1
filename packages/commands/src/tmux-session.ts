import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "./argv.ts";
import { quoted } from "./quoted.ts";
import { exactPane, exactly, literal, neverAlone, tmux, unexpanded, type Socket } from "./tmux-argv.ts";
import { markOptions, type SessionMark } from "./tmux-mark.ts";
import { START_SIZE } from "./tmux-size.ts";
import { pinned, type SessionPin } from "./tmux-pin.ts";

/** Commands of one call: tmux runs them in order and stops at the first that fails. */
const sequence = (...commands: readonly (readonly string[])[]): string[] =>
  commands.flatMap((command, index) => (index === 0 ? command : [";", ...command]));

/** An operator's `tmux.conf` may end every session to which nobody is attached. */
const outlivesItsClients = (name: string): string[] => [
  ...["set-option", "-t", exactPane(name), "destroy-unattached", "off"],
];

/**
 * A window that nobody looks at takes the size of a lone viewer, whatever the viewer's `ignore-size` says. With
 * `manual` only {@link resizeToClients} changes it.
 */
const keepsItsSize = (name: string): string[] => [
  ...["set-option", "-w", "-t", exactPane(name), "window-size", "manual"],
];

/**
 * Whoever attaches to the session itself gets its window in the size of their terminal, which a client tells when it
 * attaches and whenever it changes; viewers do not count.
 */
const resizeToClients = (name: string): string[] => [
  ...["set-hook", "-t", exactPane(name), "client-resized", "resize-window -A"],
];

/**
 * Starts `command` without a shell in a detached session, and marks the session as ours in the same call; where a
 * session of that name exists, it is left as it is and the call fails. A pane whose program has ended stays, so
 * that its last lines can be read.
 *
 * @param o.cwd - An existing folder: tmux starts the program in another one when it is missing, and says nothing.
 */
export function newSession(o: {
  readonly socket: Socket;
  readonly name: AgentName;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: Argv;
  readonly mark: SessionMark;
  /** Gets all that the pane prints on its standard input. */
  readonly record?: Argv;
}): Argv {
  const env = Object.entries(o.env).flatMap(([key, value]) => ["-e", literal(`${key}=${value}`)]);
  const size = ["-x", String(START_SIZE.cols), "-y", String(START_SIZE.rows)];
  const folder = ["-c", literal(unexpanded(o.cwd))];
  const words = neverAlone(o.command).map(literal);
  return tmux(
    o.socket,
    ...sequence(
      ["new-session", "-d", "-s", o.name, ...size, ...folder, ...env, "--", ...words],
      ...markOptions(o.name, o.mark),
      ["set-option", "-w", "-t", exactPane(o.name), "remain-on-exit", "on"],
      outlivesItsClients(o.name),
      keepsItsSize(o.name),
      resizeToClients(o.name),
      ...(o.record === undefined ? [] : [["pipe-pane", "-t", exactPane(o.name), piped(o.record)]]),
    ),
  );
}

/** tmux expands formats and times in the line, and then a shell reads it. */
const piped = (command: Argv): string =>
  literal(unexpanded(`exec ${command.map(quoted).join(" ")}`).replaceAll("%", "%%"));

/**
 * The session that keeps the server alive while no agent runs. `cat` waits for keys that nobody types, at no cost;
 * if somebody ends it, the session stays nevertheless.
 */
export function newHolder(o: {
  readonly socket: Socket;
  readonly name: string;
  readonly home: string;
}): Argv {
  return tmux(
    o.socket,
    ...sequence(
      ["new-session", "-d", "-s", o.name, "-c", "/", "--", ...neverAlone(["cat"])],
      ...markOptions(o.name, { home: o.home, launch: "" }),
      ["set-option", "-w", "-t", exactPane(o.name), "remain-on-exit", "on"],
      outlivesItsClients(o.name),
    ),
  );
}

/**
 * Ends every program of one session. `kill-session` alone does not while a viewer is attached, because both show
 * the same windows: the windows themselves are ended, in every session of the group. One that somebody linked into a
 * session of their own is only taken out of ours, and its program goes on. Prints `PIN_BROKEN` when the session is
 * gone already.
 */
export function endSession(socket: Socket, pin: SessionPin): Argv {
  const target = `${pin.sessionId}:`;
  return pinned(socket, {
    target,
    server: pin.server,
    fields: { session_id: pin.sessionId },
    // By session and window: a window alone may be looked up in another session that shows it.
    command: [
      ...["run-shell", "-C", "-t", target],
      `#{W:#{?window_linked,unlink-window -k,kill-window} -t '${target}#{window_id}' ; }`,
    ],
  });
}

/**
 * Shows the session in this terminal, read-only and without resizing it, through a second session of its group that
 * ends when the terminal leaves. Needs a terminal.
 *
 * @param viewer - A session name of its own.
 */
export function watchSession(socket: Socket, name: AgentName, viewer: string): Argv {
  const target = exactPane(viewer);
  const set = (option: string, value: string): string[] => [
    "set-option",
    "-t",
    target,
    option,
    literal(value),
  ];
  return tmux(
    socket,
    ...sequence(
      // Without a session to join, new-session would start a shell in a group of its own.
      ["has-session", "-t", exactly(name)],
      ["new-session", "-f", "read-only,ignore-size", "-s", viewer, "-t", exactly(name)],
      outlivesItsClients(viewer),
      // Not by destroy-unattached: tmux 3.3a crashes, with all sessions, when a terminal takes its time to leave.
      ["set-hook", "-t", target, "client-detached", `kill-session -t ${quoted(target)}`],
      set("status", "on"),
      set("status-left-length", "120"),
      set("status-left", `watching ${name}, read-only; to leave: #{prefix} d  `),
    ),
  );
}

/** Hands this terminal to the session, keys included. */
export function attachSession(socket: Socket, name: AgentName): Argv {
  return tmux(socket, "attach-session", "-t", exactly(name));
}
