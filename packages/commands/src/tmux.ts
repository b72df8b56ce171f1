import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "./argv.ts";

/** A tmux server: a socket name, or undefined for tmux's own default server. */
export type Socket = string | undefined;

/** `-u`: where no UTF-8 locale is set, as in a bare container, tmux prints tabs as `_`. */
const tmux = (socket: Socket, ...args: string[]): Argv =>
  socket === undefined ? ["tmux", "-u", ...args] : ["tmux", "-u", "-L", socket, ...args];

/** `=` asks for an exact match; a bare `coder-1` also hits `coder-10` once `coder-1` is gone. */
export const exactly = (name: AgentName): string => `=${name}`;

/** A pane of the session, and what options are set on: without the colon tmux 3.3 looks for a pane named `=name`. */
export const exactPane = (name: AgentName): string => `=${name}:`;

/** tmux takes an argument's final `;` for its own command separator. */
export const literal = (arg: string): string => arg.replace(/;$/, "\\;");

/** tmux hands a lone word to `sh -c`; with `env` before it there are two. */
export const neverAlone = (command: Argv): Argv => (command.length === 1 ? ["env", ...command] : command);

/** What a session of ours carries, as tmux user options: who owns it and what it was started with. */
export interface SessionMark {
  /** The Mosaic home that owns the session. */
  readonly home: string;
  /** The hash of what the session was launched with. */
  readonly launch: string;
}

/**
 * Starts `command` without a shell in a detached session, and marks the session as ours in the same call.
 * A pane whose program failed stays, so that its last lines can be read.
 */
export function newSession(o: {
  readonly socket: Socket;
  readonly name: AgentName;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: Argv;
  readonly mark: SessionMark;
}): Argv {
  const env = Object.entries(o.env).flatMap(([key, value]) => ["-e", literal(`${key}=${value}`)]);
  const target = exactPane(o.name);
  return tmux(
    o.socket,
    ...["new-session", "-d", "-s", o.name, "-x", "160", "-y", "48", "-c", literal(o.cwd), ...env],
    ...["--", ...neverAlone(o.command).map(literal), ";"],
    ...["set-option", "-t", target, "@mosaic_home", literal(o.mark.home), ";"],
    ...["set-option", "-t", target, "@mosaic_launch", o.mark.launch, ";"],
    ...["set-option", "-w", "-t", target, "remain-on-exit", "failed"],
  );
}

/** The session that keeps the server alive while no agent runs; it runs nothing but a wait. */
export function newHolder(o: { readonly socket: Socket; readonly name: string; readonly home: string }): Argv {
  return tmux(
    o.socket,
    ...["new-session", "-d", "-s", o.name, "--", "sh", "-c", "while :; do sleep 86400; done", ";"],
    ...["set-option", "-t", `=${o.name}:`, "@mosaic_home", literal(o.home)],
  );
}

/** @param id - A session's id (`$3`) from our own listing: names are given anew, ids are not. */
export function killSession(socket: Socket, id: string): Argv {
  return tmux(socket, "kill-session", "-t", id);
}

const FIELDS = [
  "pid",
  "start_time",
  "session_id",
  "session_name",
  "session_group",
  "session_created",
  "window_index",
  "pane_index",
  "pane_id",
  "pane_pid",
  "pane_dead",
  "pane_dead_status",
  "pane_in_mode",
  "pane_current_command",
  "pane_activity",
  "window_activity",
  "session_activity",
  "@mosaic_home",
  "@mosaic_launch",
] as const;

/** One pane of one session, as tmux reports it. Times are seconds since the epoch. */
export interface Pane {
  readonly server: ServerIdentity;
  readonly sessionId: string;
  readonly session: string;
  /** Sessions of one group share their windows: a viewer is a second session of its target's group. */
  readonly group: string;
  readonly sessionCreated: number;
  readonly windowIndex: number;
  readonly paneIndex: number;
  readonly paneId: string;
  readonly pid: number;
  readonly dead: boolean;
  /** The exit code of a dead pane's program; null while it lives or when a signal ended it. */
  readonly exitStatus: number | null;
  /** Copy mode, or another mode in which keys do not reach the program. */
  readonly inMode: boolean;
  readonly currentCommand: string;
  /** When the pane last printed; null when tmux gives no time. */
  readonly lastActivity: number | null;
  /** Undefined when the session is not marked as ours. */
  readonly mark: SessionMark | undefined;
}

/** Pane ids are given anew by every server: a pane is only the same while these two are. */
export interface ServerIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** Every pane of the server, in one call whose cost does not depend on the roster. */
export function listPanes(socket: Socket): Argv {
  return tmux(socket, "list-panes", "-a", "-F", FIELDS.map((field) => `#{${field}}`).join("\t"));
}

/** Reads what {@link listPanes} prints; lines of another shape are passed over. */
export function parsePanes(stdout: string): Pane[] {
  return stdout.split("\n").flatMap((line) => {
    const values = line.split("\t");
    if (values.length !== FIELDS.length) return [];
    const text = (field: (typeof FIELDS)[number]): string => values[FIELDS.indexOf(field)] ?? "";
    const home = text("@mosaic_home");
    return [
      {
        server: { pid: Number(text("pid")), startTime: Number(text("start_time")) },
        sessionId: text("session_id"),
        session: text("session_name"),
        group: text("session_group"),
        sessionCreated: Number(text("session_created")),
        windowIndex: Number(text("window_index")),
        paneIndex: Number(text("pane_index")),
        paneId: text("pane_id"),
        pid: Number(text("pane_pid")),
        dead: text("pane_dead") === "1",
        exitStatus: text("pane_dead_status") === "" ? null : Number(text("pane_dead_status")),
        inMode: text("pane_in_mode") !== "" && text("pane_in_mode") !== "0",
        currentCommand: text("pane_current_command"),
        lastActivity: firstPositive(text("pane_activity"), text("window_activity"), text("session_activity")),
        mark: home === "" ? undefined : { home, launch: text("@mosaic_launch") },
      },
    ];
  });
}

/** tmux 3.3 and 3.4 leave `pane_activity` empty. */
function firstPositive(...texts: string[]): number | null {
  return texts.map(Number).find((seconds) => seconds > 0) ?? null;
}

/** Seconds since the pane last printed; a time stamp in the future counts as now. */
export function idleSeconds(pane: Pane, now: number): number | null {
  return pane.lastActivity === null ? null : Math.max(0, Math.floor(now / 1000 - pane.lastActivity));
}

/** Why tmux failed, read from its messages: every failure exits 1. Tried on tmux 3.3a. */
export type TmuxFailure = "no-server" | "forbidden" | "duplicate" | "no-target" | "other";

export function tmuxFailure(stderr: string): TmuxFailure {
  if (/^no server running on |^error connecting to .*\((No such file or directory|Connection refused)\)/m.test(stderr)) {
    return "no-server";
  }
  if (/\((Permission denied|Operation not permitted)\)|has unsafe permissions|access not allowed/m.test(stderr)) {
    return "forbidden";
  }
  if (/^duplicate session: /m.test(stderr)) return "duplicate";
  if (/^can't find (session|window|pane)|^no such (session|window|pane)/m.test(stderr)) return "no-target";
  return "other";
}

/** One pane at one moment. A later call acts only if nothing of this has changed. */
export interface PanePin {
  readonly server: ServerIdentity;
  readonly paneId: string;
  readonly pid: number;
}

/** What a pinned call prints instead of acting. */
export const PIN_BROKEN = "mosaic-pin-broken";

/**
 * The tmux server itself compares the pin and acts in one step, so that nothing is typed into a pane that was
 * replaced, or put into copy mode, between the look and the keys.
 */
function pinned(socket: Socket, pin: PanePin, ...command: string[]): Argv {
  const now = "#{pid}/#{start_time}/#{pane_id}/#{pane_pid}/#{pane_dead}/#{pane_in_mode}";
  const then = `${String(pin.server.pid)}/${String(pin.server.startTime)}/${pin.paneId}/${String(pin.pid)}/0/0`;
  return tmux(
    socket,
    ...["if-shell", "-F", "-t", pin.paneId, `#{==:${now},${then}}`],
    ...[command.join(" "), `display-message -p ${PIN_BROKEN}`],
  );
}

/** The text itself comes on standard input, so that it is in no process list and has no length limit. */
export function loadBuffer(socket: Socket, buffer: string): Argv {
  return tmux(socket, "load-buffer", "-b", buffer, "-");
}

export function deleteBuffer(socket: Socket, buffer: string): Argv {
  return tmux(socket, "delete-buffer", "-b", buffer);
}

/** `-p` brackets the paste where the program asked for it, `-r` keeps newlines, `-d` deletes the buffer. */
export function pasteBuffer(socket: Socket, pin: PanePin, buffer: string): Argv {
  return pinned(socket, pin, "paste-buffer", "-p", "-r", "-d", "-b", buffer, "-t", pin.paneId);
}

/** Enter is a call of its own: in one call with the text, runtimes take it for a newline of the paste. */
export function pressEnter(socket: Socket, pin: PanePin): Argv {
  return pinned(socket, pin, "send-keys", "-t", pin.paneId, "Enter");
}

/** Leaves copy mode without a key: an Escape that arrives in a program interrupts it. */
export function leaveMode(socket: Socket, paneId: string): Argv {
  return tmux(socket, "if-shell", "-F", "-t", paneId, "#{pane_in_mode}", `send-keys -t ${paneId} -X cancel`, "");
}

/**
 * The pane's text without colours: what is visible, and `historyLines` before it (`-` for all). `-J` would join
 * wrapped lines and pad them; lines stay as they are seen.
 */
export function capturePane(socket: Socket, target: string, historyLines: number): Argv {
  const start = historyLines === 0 ? [] : ["-S", `-${String(historyLines)}`];
  return tmux(socket, "capture-pane", "-p", ...start, "-t", target);
}

/**
 * Shows the agent's session in this terminal, in a second session of its group: read-only, and without a say in its
 * size, so that watching never types into the agent and never resizes it. The second session ends with its client,
 * however that ends.
 */
export function watchSession(socket: Socket, name: AgentName, viewer: string): Argv {
  return tmux(
    socket,
    ...["new-session", "-s", viewer, "-t", exactly(name), "-f", "read-only,ignore-size", ";"],
    ...["set-option", "-t", `=${viewer}:`, "destroy-unattached", "on", ";"],
    ...["set-option", "-t", `=${viewer}:`, "status-left", literal(`watching ${name}, read-only; leave: C-b d `)],
  );
}

/** Hands this terminal to the session, keys included. */
export function attachSession(socket: Socket, name: AgentName): Argv {
  return tmux(socket, "attach-session", "-t", exactly(name));
}
