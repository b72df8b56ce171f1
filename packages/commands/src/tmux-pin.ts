import type { Argv } from "./argv.ts";
import { quoted } from "./quoted.ts";
import { tmux, type Socket } from "./tmux-argv.ts";

/** Pane and session ids are given anew by every server: each is only the same while these two are. */
export interface ServerIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** One session of one server. */
export interface SessionPin {
  readonly server: ServerIdentity;
  readonly sessionId: string;
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
 * The tmux server itself compares `fields` and acts in one step, so that nothing reaches what was replaced between
 * the look and the act.
 *
 * @param o.fields - Format variables of `target`, and the values they must have.
 */
export function pinned(
  socket: Socket,
  o: {
    readonly target: string;
    readonly server: ServerIdentity;
    readonly fields: Readonly<Record<string, string>>;
    readonly command: readonly string[];
  },
): Argv {
  const fields = { pid: String(o.server.pid), start_time: String(o.server.startTime), ...o.fields };
  const now = Object.keys(fields).map((field) => `#{${field}}`);
  const then = Object.values(fields);
  return tmux(
    socket,
    ...["if-shell", "-F", "-t", o.target, `#{==:${now.join("/")},${then.join("/")}}`],
    ...[o.command.map(quoted).join(" "), `display-message -p ${PIN_BROKEN}`],
  );
}
