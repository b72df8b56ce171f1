import { setTimeout as pause } from "node:timers/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { Unchecked, type Check, type Evidence, type Examined } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { gatherEvidence } from "./evidence.ts";
import type { FindingCode, Severity } from "./codes.ts";
import { finding, type Finding } from "./findings.ts";
import { applyFix, type Fixed } from "./fix.ts";

/** How long one check may take, in milliseconds. */
const CHECK_TIMEOUT_MS = 15_000;

export interface DoctorOptions {
  /** What the operator's programs start with. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether what can be mended safely is mended. Without it nothing is written. */
  readonly fix: boolean;
}

/** A finding as it is told. */
export interface DiagnosedFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The name of the check that found it. */
  readonly check: string;
  readonly subject: string;
  readonly message: string;
  readonly mend: string;
  readonly fixable: boolean;
  /** It was there, and `--fix` has mended it. */
  readonly fixed: boolean;
}

export interface DiagnosedCheck {
  readonly check: string;
  readonly title: string;
  /** `noted`: nothing is wrong, something is worth knowing. `unknown`: the check could not look. */
  readonly state: "ok" | "noted" | "wrong" | "unknown";
  readonly summary: string;
}

export interface Diagnosis {
  /** Nothing is wrong that has not been mended. */
  readonly healthy: boolean;
  readonly checks: readonly DiagnosedCheck[];
  readonly findings: readonly DiagnosedFinding[];
  /** What was mended, or was tried. */
  readonly fixes: readonly Fixed[];
}

/** What one check came to. */
export interface Result {
  readonly check: string;
  readonly title: string;
  readonly examined: Examined | { readonly unknown: string; readonly findings: readonly Finding[] };
}

/** Looks at the host and the fleet. A check that cannot look says so; none keeps another waiting. */
export async function doctor(context: FleetContext, { env, fix }: DoctorOptions): Promise<Diagnosis> {
  const before = await examineAll(context, env);
  if (!fix) return diagnose(before);
  const fixes: Fixed[] = [];
  for (const one of before.flatMap(({ examined }) => examined.findings))
    if (one.fix !== undefined) fixes.push(await applyFix(context, one, one.fix));
  return fixes.length === 0 ? diagnose(before) : diagnose(await examineAll(context, env), before, fixes);
}

async function examineAll(context: FleetContext, env: NodeJS.ProcessEnv): Promise<Result[]> {
  const evidence = gatherEvidence(context, env);
  return Promise.all(CHECKS.map((check) => examineOne(check, evidence)));
}

async function examineOne(check: Check, evidence: Evidence): Promise<Result> {
  const { name, title } = check;
  const done = new AbortController();
  const late = async (): Promise<never> => {
    await pause(CHECK_TIMEOUT_MS, undefined, { signal: done.signal });
    throw new Error(`it took longer than ${String(CHECK_TIMEOUT_MS / 1000)} s`);
  };
  try {
    return { check: name, title, examined: await Promise.race([check.examine(evidence), late()]) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof Unchecked) return { check: name, title, examined: { unknown: why, findings: [] } };
    const mend = isFleetError(error) ? error.hint : undefined;
    const findings = [finding("CHECK_UNKNOWN", name, `${title} could not be checked: ${why}`, { mend })];
    return { check: name, title, examined: { unknown: "it failed", findings } };
  } finally {
    done.abort();
  }
}

/**
 * What the checks came to, told. Pure.
 *
 * @param before - What they came to before `fixes`; what is gone since was mended.
 */
export function diagnose(
  results: readonly Result[],
  before: readonly Result[] = [],
  fixes: readonly Fixed[] = [],
): Diagnosis {
  const left = results.flatMap((result) => told(result, false));
  const key = ({ code, subject }: DiagnosedFinding): string => `${code} ${subject}`;
  const still = new Set(left.map(key));
  const mended = before.flatMap((result) => told(result, true)).filter((one) => !still.has(key(one)));
  const findings = [...left, ...mended.filter(({ fixable }) => fixable)];
  return {
    healthy: left.every(({ severity }) => severity === "info"),
    checks: results.map(({ check, title, examined }) => ({
      check,
      title,
      state: stateOf(examined),
      summary: "unknown" in examined ? `not checked: ${examined.unknown}` : examined.summary,
    })),
    findings,
    fixes,
  };
}

const told = ({ check, examined }: Result, fixed: boolean): DiagnosedFinding[] =>
  examined.findings.map(({ fix, ...one }) => ({ ...one, check, fixable: fix !== undefined, fixed }));

function stateOf(examined: Result["examined"]): DiagnosedCheck["state"] {
  if ("unknown" in examined) return "unknown";
  if (examined.findings.length === 0) return "ok";
  return examined.findings.every(({ severity }) => severity === "info") ? "noted" : "wrong";
}
