import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import {
  serializeHeartbeat,
  serializeTurnEvent,
  type Heartbeat,
  type HeartbeatState,
  type TurnEvent,
} from "@mosaic/fleet-model";

/** Past this size the event file becomes `<file>.1`, in bytes. */
export const MAX_EVENTS_BYTES = 1_048_576;

export interface CanaryFiles {
  readonly heartbeat: string;
  readonly events: string;
}

export interface Reporter {
  /** Writes the state, with the time since when it holds. */
  state(state: HeartbeatState, reason: string | null): void;
  /** Writes the last state again. */
  again(): void;
  event(event: TurnEvent["event"], id: string | null): void;
  newSession(): void;
}

export interface ReporterOptions {
  readonly files: CanaryFiles | undefined;
  readonly agent: string;
  readonly host: string;
  readonly tenantId: string;
  readonly contract: string | null;
  readonly intervalMs: number;
  readonly pid: number;
  readonly now: () => number;
  readonly newId: () => string;
  /** Told once when writing begins to fail, with the reason; the next success makes it tell again. */
  readonly failed: (why: string) => void;
}

/**
 * Writes at once, not in the background: an event is on the disk before the answer is on the screen. Never throws:
 * an agent outlives a full disk.
 */
export function createReporter(o: ReporterOptions): Reporter {
  let session = o.newId();
  let state: HeartbeatState = "starting";
  let reason: string | null = null;
  let since = o.now();
  let failing = false;

  const attempt = (write: (files: CanaryFiles) => void): void => {
    if (!o.files) return;
    try {
      write(o.files);
      failing = false;
    } catch (error) {
      if (!failing) o.failed(error instanceof Error ? error.message : String(error));
      failing = true;
    }
  };

  const again = (): void => {
    const heartbeat: Heartbeat = {
      version: 1,
      agent: o.agent,
      tenant_id: o.tenantId,
      host: o.host,
      pid: o.pid,
      runtime: "canary",
      session_id: session,
      state,
      reason,
      since,
      ts: o.now(),
      interval: o.intervalMs,
      contract: o.contract,
      card: null,
    };
    attempt((files) =>
      replaceFile(files.heartbeat, `${files.heartbeat}.${String(o.pid)}.tmp`, serializeHeartbeat(heartbeat)),
    );
  };

  return {
    again,
    state: (next, why) => {
      if (next !== state || why !== reason) since = o.now();
      state = next;
      reason = why;
      again();
    },
    event: (event, id) => {
      const line = serializeTurnEvent({ version: 1, ts: o.now(), pid: o.pid, event, id });
      attempt((files) => {
        const size = statSync(files.events, { throwIfNoEntry: false })?.size ?? 0;
        if (size > MAX_EVENTS_BYTES) renameSync(files.events, `${files.events}.1`);
        appendFileSync(files.events, line, { mode: 0o600 });
      });
    },
    newSession: () => {
      session = o.newId();
    },
  };
}

/** A reader sees the old or the new file, never half of one. No fsync: after a power cut there is no agent either. */
function replaceFile(path: string, temporary: string, content: string): void {
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
