import type { Backlog, Card, ClaimRequest } from "@mosaic/fleet-backlog";

/** How often a waiting claimer looks, in milliseconds. */
const LOOK_MS = 500;

interface WaitOptions {
  /** How long to wait for a card, in milliseconds; 0 for not at all. */
  readonly waitMs: number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Frees the claims that have expired, and claims the next card; waits for one where there is none.
 *
 * @returns `null` when the time was up.
 */
export async function claimWaiting(
  backlog: Backlog,
  request: ClaimRequest,
  { waitMs, now, pause, signal }: WaitOptions,
): Promise<Card | null> {
  const deadline = now() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    await backlog.reclaim();
    const card = await backlog.claim(request);
    const left = deadline - now();
    if (card !== null || left <= 0) return card;
    await pause(Math.min(LOOK_MS, left));
  }
}
