import { InvalidArgumentError, Option } from "commander";
import type { ApplyOptions, Outcome } from "@mosaic/fleet-core";
import { exitCodeOf } from "./exit-code.ts";
import type { Cli, HomeOption } from "./verb.ts";

export interface ChangeOptions extends HomeOption {
  /** Seconds. */
  readonly timeout?: number;
}

export const timeoutOption = (): Option =>
  new Option("--timeout <seconds>", "how long agents have to get ready")
    .default(60)
    .argParser(positiveSeconds);

export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a positive number of seconds.");
}

/** Runs a verb that changes the fleet: each outcome is shown as it comes, a failure decides the exit code. */
export async function changing(
  cli: Cli,
  { timeout }: ChangeOptions,
  change: (how: ApplyOptions) => Promise<Outcome[]>,
): Promise<void> {
  const { out, signal } = cli;
  const { outcomeText, summaryText } = await import("./fleet-text.ts");
  const outcomes = await change({
    signal,
    readyTimeoutMs: timeout === undefined ? undefined : timeout * 1000,
    progress: (outcome) => {
      out.note(outcomeText(outcome));
    },
  }).catch((error: unknown) => {
    if (signal.aborted) out.note("  stopped half-way: the same command again goes on from here");
    throw error;
  });
  out.answer({ outcomes }, () => summaryText(outcomes));
  const failed = outcomes.find(({ error }) => error !== null);
  if (!failed?.error) return;
  // In text each failure has been shown as it came.
  if (out.json) out.failure(failed.error);
  cli.exit(exitCodeOf(failed.error.code));
}
