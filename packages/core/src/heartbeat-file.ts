import { readFileSync, statSync } from "node:fs";
import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import { parseHeartbeat, type Heartbeat } from "@mosaic/fleet-model";

/**
 * The report in a heartbeat file. Where a watcher stands beside the runtime, it only touches the file: so the file's
 * time counts when it is later.
 *
 * @returns `undefined` when there is none that can be read: that is no report.
 */
export function readHeartbeat(path: string): Heartbeat | undefined {
  try {
    const heartbeat = parseHeartbeat(readFileSync(path, "utf8"));
    if (!RUNTIMES[heartbeat.runtime]?.program) return heartbeat;
    return { ...heartbeat, ts: Math.max(heartbeat.ts, statSync(path).mtimeMs) };
  } catch {
    return undefined;
  }
}
