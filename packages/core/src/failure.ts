import type { Heartbeat } from "@mosaic/fleet-model";

/** What keeps a runtime from its model: its account has no more for now, nobody is logged in, or anything else. */
export type Failure = "LIMIT" | "LOGIN" | "FAILING";

/** The words in which the runtimes, and the providers behind them, say so. The first that matches counts. */
const WORDS: readonly (readonly [Failure, RegExp])[] = [
  [
    "LIMIT",
    /\b(?:rate|usage|session|weekly|spend|hour)[ _]limit|\bquota\b|\bcredit|billing|too many requests/i,
  ],
  ["LIMIT", /\b(?:429|402)\b/],
  ["LOGIN", /\bauthenticat|\bunauthori[sz]ed|\/login\b|\blog ?in\b|\bapi[ _-]key\b|\btoken\b.*\bexpired\b/i],
  ["LOGIN", /\b(?:401|403)\b/],
];

/** What the agent's last turn failed with, or what the turn that runs is tried again for. Pure. */
export function failureOf({
  state,
  reason,
}: Pick<Heartbeat, "state" | "reason">): { flag: Failure; why: string } | undefined {
  // The reason of a block is a question.
  if (reason === null || (state !== "idle" && state !== "busy")) return undefined;
  const [flag] = WORDS.find(([, pattern]) => pattern.test(reason)) ?? ["FAILING" as const];
  return { flag, why: state === "idle" ? `its last turn failed: ${reason}` : `it tries again: ${reason}` };
}
