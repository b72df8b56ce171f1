import { isFleetError } from "@mosaic/fleet-model";
import type { FleetContext } from "./context.ts";
import { lockWithin } from "./lock.ts";

/** How long an agent that is to be stopped is left to a message that is on its way to it. */
const MESSAGE_MS = 5_000;

/**
 * Whoever holds it types to the agent, or ends its program: one at a time.
 *
 * @param waitMs - How long to wait for another holder, in milliseconds.
 * @returns `undefined` when another holds it longer.
 */
export const sendLock = (
  { home }: FleetContext,
  agent: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Disposable | undefined> => lockWithin(home.lock(`send-${agent}`), waitMs, signal);

/**
 * Lets a message arrive that is on its way, and holds up those that come, until the agent may be typed to again. An agent is
 * stopped also under a message that takes too long, and on a disk that is full.
 */
export async function betweenMessages(
  context: FleetContext,
  agent: string,
  signal?: AbortSignal,
): Promise<Disposable | undefined> {
  try {
    return await sendLock(context, agent, MESSAGE_MS, signal);
  } catch (error) {
    if (isFleetError(error) && error.code === "WRITE_FAILED") return undefined;
    throw error;
  }
}
