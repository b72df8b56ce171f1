import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { converseWith } from "./store-conversation.ts";
import { socketOf, type StorePlace } from "./store-place.ts";
import { unavailable, type StoreHello } from "./store-protocol.ts";
import { isServed } from "./store-start.ts";

const POLL_MS = 25;
const STOP_MS = 30_000;

/** What the service says of itself; undefined when none runs. Starts nothing. */
export async function lookAtStore(place: StorePlace, signal?: AbortSignal): Promise<StoreHello | undefined> {
  using conversation = await converseWith(socketOf(place), signal);
  return conversation?.hello;
}

/**
 * Ends the service, if one runs, and waits until it has closed the store.
 *
 * @returns Whether one ran.
 * @throws {@link BacklogError} `BACKLOG_STORE_UNAVAILABLE` when it goes on.
 */
export async function stopStore(place: StorePlace, signal?: AbortSignal): Promise<boolean> {
  const served = (): boolean => existsSync(place.lock) && isServed(place);
  if (!served()) return false;
  const deadline = performance.now() + STOP_MS;
  while (served()) {
    if (performance.now() > deadline) throw unavailable(`the store service of ${place.dataDir} does not end`);
    {
      using conversation = await converseWith(socketOf(place), signal);
      await conversation?.ask("stop", undefined);
    }
    await pause(POLL_MS);
  }
  return true;
}
