import { Option } from "commander";
import type { ApplyOptions, ChosenManager, ManagerKind, Outcome } from "@mosaic/fleet-core";
import { exitCodeOf } from "./exit-code.ts";
import { positiveSeconds } from "./option-values.ts";
import type { Cli, HomeOption } from "./verb.ts";

export interface ChangeOptions extends HomeOption {
  /** Seconds. */
  readonly timeout?: number;
  readonly manager?: ManagerKind;
}

export const managerOption = (): Option =>
  new Option(
    "--manager <manager>",
    "what starts and stops the agents (default: what they run under, else systemd where it answers)",
  ).choices(["systemd", "direct"]);

export const timeoutOption = (what = "how long agents have to get ready", seconds = 60): Option =>
  new Option("--timeout <seconds>", what).default(seconds).argParser(positiveSeconds);

/**
 * Runs a verb that changes the fleet: each outcome is shown as it comes, a failure decides the exit code.
 *
 * @param summary - What to say at the end where there are no outcomes to count.
 */
export async function changing(
  cli: Cli,
  { timeout, manager }: ChangeOptions,
  change: (how: ApplyOptions) => Promise<Outcome[]>,
  summary?: (manager: ManagerKind | undefined) => string,
): Promise<void> {
  const { out, signal } = cli;
  const { outcomeText, summaryText } = await import("./fleet-text.ts");
  let chosen: ChosenManager | undefined;
  const remarks: string[] = [];
  const outcomes = await change({
    signal,
    manager,
    readyTimeoutMs: timeout === undefined ? undefined : timeout * 1000,
    managed: (now) => {
      chosen = now;
      out.note(`  manager: ${now.kind}, because ${now.why}`);
    },
    warn: (text) => {
      remarks.push(text);
      out.note(`  note: ${text}`);
    },
    progress: (outcome) => {
      out.note(outcomeText(outcome));
    },
  }).catch((error: unknown) => {
    if (signal.aborted) out.note("  stopped half-way: the same command again goes on from here");
    throw error;
  });
  out.answer({ manager: chosen?.kind ?? null, outcomes, remarks }, () =>
    summary === undefined ? summaryText(outcomes) : summary(chosen?.kind),
  );
  const failed = outcomes.find(({ error }) => error !== null);
  if (!failed?.error) return;
  // In text each failure has been shown as it came.
  if (out.json) await out.failure(failed.error);
  cli.exit(exitCodeOf(failed.error.code));
}
