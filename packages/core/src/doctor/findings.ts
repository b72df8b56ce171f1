import type { RuntimeProgram } from "@mosaic/fleet-commands/runtimes";
import type { Argv } from "@mosaic/fleet-process";
import { FINDINGS, type FindingCode, type Severity } from "./codes.ts";

/** Something that is wrong, or worth knowing, and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What the finding is about: a path, an agent, a program. */
  readonly subject: string;
  readonly message: string;
  readonly mend: string;
  /** How it is mended safely; undefined when only a person can decide. */
  readonly fix: Fix | undefined;
}

/** A mend that takes nothing from anybody. */
export interface Fix {
  readonly before: string;
  readonly after: string;
  readonly action:
    | {
        readonly kind: "first-run";
        readonly program: RuntimeProgram;
        readonly env: NodeJS.ProcessEnv;
        readonly folder: string;
      }
    | { readonly kind: "mode"; readonly path: string; readonly mode: number }
    | { readonly kind: "run"; readonly argv: Argv }
    | { readonly kind: "seed" }
    | { readonly kind: "units" }
    | { readonly kind: "shim" };
}

/** @param more.mend - Where it is to be said more exactly than the table does. */
export function finding(
  code: FindingCode,
  subject: string,
  message: string,
  { mend, fix }: { readonly mend?: string | undefined; readonly fix?: Fix | undefined } = {},
): Finding {
  const kind = FINDINGS[code];
  return { code, severity: kind.severity, subject, message, mend: mend ?? kind.mend, fix };
}
