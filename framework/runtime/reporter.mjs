// What a plugin that runs inside its runtime reports: the heartbeat, the turn events and the conversation of its agent.
// Nothing here throws: a full disk must not disturb the runtime.
import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** The id in the header that a message begins with; null for what was typed by hand. */
export const messageId = (text) => /^\[[^\]\n]+ -> [^\]\n]+ #([A-Za-z0-9_.-]+)\]/.exec(text)?.[1] ?? null;

/** @returns undefined outside a fleet, where there is nobody to report to. */
export function reporter() {
  const {
    MOSAIC_REPORT: facts,
    MOSAIC_REPORT_CONVERSATION: conversation,
    MOSAIC_REPORT_PID: pid,
    MOSAIC_REPORT_HEARTBEAT: heartbeat,
    MOSAIC_REPORT_EVENTS: events,
    MOSAIC_REPORT_RECORD: record,
  } = process.env;
  if (!facts || !heartbeat) return undefined;
  let now = { state: "starting", reason: null, session: null };
  let since = Date.now();
  return {
    /** @param change - `state`, `reason` and `session`; what is left out stays, but for the reason. */
    report(change) {
      const next = { ...now, reason: null, ...change };
      if (next.state === now.state && next.reason === now.reason && next.session === now.session) return;
      if (next.state !== now.state) since = Date.now();
      now = next;
      const { state, reason, session: session_id } = next;
      const rest = JSON.stringify({ session_id, state, reason, since, ts: Date.now() });
      quietly(() => replace(heartbeat, `{${facts},${rest.slice(1)}\n`));
    },
    tell(event, id) {
      const line = JSON.stringify({ version: 1, ts: Date.now(), pid: Number(pid), event, id });
      quietly(() => appendFileSync(events, `${line}\n`, { mode: 0o600 }));
    },
    /** The conversation that a restart goes on with; none when there is no id. */
    remember(session_id, transcript) {
      if (!session_id) return quietly(() => rmSync(record, { force: true }));
      const rest = JSON.stringify({ session_id, transcript });
      quietly(() => replace(record, `{${conversation},${rest.slice(1)}\n`));
    },
  };
}

function replace(path, text) {
  const next = `${path}.${process.pid}.tmp`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, path);
}

function quietly(write) {
  try {
    write();
  } catch {
    // The watcher beside the runtime touches what is there; a report that is missing makes the agent stale.
  }
}
