import { tryStoreLock } from "./store-lock.ts";
import type { StorePlace } from "./store-place.ts";
import { fromLine, unavailable, type StartReport } from "./store-protocol.ts";

/**
 * Starts a service unless somebody serves or starts one already.
 *
 * @returns What the started process reported; `undefined` when nothing was started.
 * @throws {@link BacklogError} `BACKLOG_STORE_*`.
 */
export async function startStore(
  place: StorePlace,
  start: () => Promise<string | undefined>,
): Promise<StartReport | undefined> {
  using starting = tryStoreLock(place.startLock);
  if (starting === undefined || isServed(place)) return undefined;
  const line = await start();
  if (line === undefined) throw unavailable(`the store service of ${place.dataDir} ended as it was started`);
  return fromLine(line) as StartReport; // The first line of our own program.
}

/** Whether a service has the store: also one that has just begun, or is about to end. */
export function isServed({ lock }: StorePlace): boolean {
  using free = tryStoreLock(lock);
  return free === undefined;
}
