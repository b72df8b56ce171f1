/**
 * Why tmux failed, read from its messages: every failure exits 1. Tried on tmux 3.3a. A server without any session
 * is none: it has nothing of ours.
 */
export type TmuxFailure = "no-server" | "forbidden" | "duplicate" | "no-target" | "other";

const MESSAGES: readonly (readonly [RegExp, TmuxFailure])[] = [
  [
    /^no server running on |^error connecting to .*\((No such file or directory|Connection refused)\)/m,
    "no-server",
  ],
  // The server ended while it was asked.
  [/^server exited( unexpectedly)?$|^lost server/m, "no-server"],
  // So says list-panes to a server without any session, which is about to end unless its configuration keeps it.
  [/^no current target$/m, "no-server"],
  [/\((Permission denied|Operation not permitted)\)|has unsafe permissions|access not allowed/m, "forbidden"],
  [/^duplicate session: /m, "duplicate"],
  [/^can't find (session|window|pane)|^no such (session|window|pane)/m, "no-target"],
];

export function tmuxFailure(stderr: string): TmuxFailure {
  return MESSAGES.find(([message]) => message.test(stderr))?.[1] ?? "other";
}
