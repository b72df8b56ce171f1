import type { Argv } from "./argv.ts";
import { tmux, type Socket } from "./tmux-argv.ts";
import { readMark, type SessionMark } from "./tmux-mark.ts";
import type { ServerIdentity } from "./tmux-pin.ts";

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
  "pane_dead_signal",
  "pane_in_mode",
  "pane_activity",
  "window_activity",
  "session_activity",
  "@mosaic_launch",
  "@mosaic_home",
  "pane_current_command",
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
  /** The exit code of a dead pane's program; null while it lives, when a signal ended it, or when tmux missed it. */
  readonly exitStatus: number | null;
  /**
   * The signal that ended a dead pane's program, as tmux prints it from version 3.3 on: its number on Linux, and where the
   * system lists their names, as macOS does, its name without `SIG` (`kill`). Null when none did.
   */
  readonly exitSignal: string | null;
  /** Copy mode, or another mode in which keys do not reach the program. */
  readonly inMode: boolean;
  /** What the program in the foreground calls itself, without control characters. */
  readonly currentCommand: string;
  /** When the pane last printed; null when tmux gives no time. */
  readonly lastActivity: number | null;
  /** Undefined when the session is not marked as ours. */
  readonly mark: SessionMark | undefined;
}

const FREE_TEXT: readonly string[] = ["@mosaic_launch", "@mosaic_home", "pane_current_command"];

/** A program may call itself, and anybody may mark a session, with tabs and newlines, which separate our fields. */
const printable = (field: string): string =>
  FREE_TEXT.includes(field) ? `#{s/[\x01-\x1f\x7f]/?/:${field}}` : `#{${field}}`;

/** Every pane of the server, in one call whose cost does not depend on the roster. */
export function listPanes(socket: Socket): Argv {
  return tmux(socket, "list-panes", "-a", "-F", FIELDS.map(printable).join("\t"));
}

/** Reads what {@link listPanes} prints; lines of another shape are passed over. */
export function parsePanes(stdout: string): Pane[] {
  return stdout.split("\n").flatMap((line) => {
    const values = line.split("\t");
    if (values.length !== FIELDS.length) return [];
    const text = (field: (typeof FIELDS)[number]): string => values[FIELDS.indexOf(field)] ?? "";
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
        exitSignal: text("pane_dead_signal") || null,
        inMode: text("pane_in_mode") !== "" && text("pane_in_mode") !== "0",
        currentCommand: text("pane_current_command"),
        lastActivity: firstPositive(text("pane_activity"), text("window_activity"), text("session_activity")),
        mark: readMark(text("@mosaic_home"), text("@mosaic_launch")),
      },
    ];
  });
}

/** tmux 3.3 and 3.4 leave `pane_activity` empty. */
function firstPositive(...texts: string[]): number | null {
  return texts.map(Number).find((seconds) => seconds > 0) ?? null;
}

/**
 * Makes the server collect programs that have ended. tmux 3.3a misses the end of about every third one until another
 * child of it ends: the pane is dead without a status. Starts `true` on the server and changes nothing.
 */
export function collectEnded(socket: Socket): Argv {
  return tmux(socket, "run-shell", "true");
}

/** Seconds since the pane last printed; a time stamp in the future counts as now. @param now - In milliseconds. */
export function idleSeconds(pane: Pick<Pane, "lastActivity">, now: number): number | null {
  return pane.lastActivity === null ? null : Math.max(0, Math.floor(now / 1000 - pane.lastActivity));
}

/**
 * The pane's text without colours: what is visible, and `historyLines` before it. `-J` would join wrapped lines and
 * pad them; lines stay as they are seen.
 */
export function capturePane(socket: Socket, target: string, historyLines: number): Argv {
  const start = historyLines === 0 ? [] : ["-S", `-${String(historyLines)}`];
  return tmux(socket, "capture-pane", "-p", ...start, "-t", target);
}
