import { setTimeout as pause } from "node:timers/promises";
import { openBacklog } from "../store/backlog.ts";
import type { FleetContext } from "../context.ts";
import { readIfPresent } from "../files.ts";
import { lockWithin } from "../lock.ts";
import { deliverWaiting, type Handed } from "./mail-delivery.ts";
import { emptied } from "./mailbox.ts";
import { loadRoster } from "../roster-file.ts";

const SOONEST_MS = 500;
const LATEST_MS = 5_000;
const SLOWER = 1.5;

export interface CourierOptions {
  /** Go on until nothing waits; else look once. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** Called with what became of each message. */
  readonly report: (handed: Handed) => void;
  /** Called when the work begins. `false`: another courier does it already. */
  readonly began: (mine: boolean) => void;
}

/**
 * Delivers what waits in the mailboxes of this home. It costs nothing while nothing waits, because it then has ended.
 *
 * @throws BacklogError `BACKLOG_STORE_*`; RosterError. What waits then goes on waiting.
 */
export async function courier(context: FleetContext, o: CourierOptions): Promise<void> {
  using held = await only(context, o);
  o.began(held !== undefined);
  if (!held) return;
  await using backlog = await openBacklog(context, o.signal);
  for (let wait = SOONEST_MS; ;) {
    const roster = await loadRoster(context);
    // A paused fleet begins no turn by itself: what waits goes on waiting.
    const paused = (await readIfPresent(context.home.paused)) !== undefined;
    const handed = paused ? [] : await deliverWaiting(context, roster, backlog, o.signal);
    for (const one of handed) o.report(one);
    if ((await emptied(context, roster, backlog)) || !o.wait) return;
    const moved = handed.some(({ state }) => state !== "queued");
    wait = moved ? SOONEST_MS : Math.min(wait * SLOWER, LATEST_MS);
    await pause(wait, undefined, { signal: o.signal });
  }
}

/** One look beside a courier is harmless; two that wait are one too many. */
const only = async (
  { home }: FleetContext,
  { wait, signal }: CourierOptions,
): Promise<Disposable | undefined> =>
  wait ? lockWithin(home.lock("courier"), 0, signal) : { [Symbol.dispose]: () => undefined };
