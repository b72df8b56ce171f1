import { readFile, stat } from "node:fs/promises";
import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import { parseHeartbeat, type Heartbeat } from "@mosaic/fleet-model";

/**
 * The report in a heartbeat file. Where a watcher stands beside the runtime, it only touches the file: so the file's
 * time counts when it is later.
 *
 * @returns `undefined` when there is none that can be read: that is no report.
 */
export async function readHeartbeat(path: string): Promise<Heartbeat | undefined> {
  try {
    const heartbeat = parseHeartbeat(await readFile(path, "utf8"));
    if (!RUNTIMES[heartbeat.runtime]?.program) return heartbeat;
    return { ...heartbeat, ts: Math.max(heartbeat.ts, (await stat(path)).mtimeMs) };
  } catch {
    return undefined;
  }
}
