/**
 * Says in one line what a vitest JSON report counts: `N passed, N failed, N skipped`.
 *
 *   node tooling/count-tests.ts REPORT
 */
import { readFileSync } from "node:fs";

export interface TestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** A file that failed before its tests could run counts as one failed test. */
export function countTests({ testResults }: TestReport): string {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const count = (...statuses: string[]): number =>
    tests.filter(({ status }) => statuses.includes(status)).length;
  const broken = testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  const failed = count("failed") + broken.length;
  return `${String(count("passed"))} passed, ${String(failed)} failed, ${String(tests.length - count("passed", "failed"))} skipped`;
}

const [, , report] = process.argv;
if (import.meta.main && report !== undefined) {
  // Vitest wrote it.
  process.stdout.write(`${countTests(JSON.parse(readFileSync(report, "utf8")) as TestReport)}\n`);
}
