import { FleetError } from "@mosaic/fleet-model";

export const PERSONAS_ERROR_CODES = [
  "LIBRARY_UNREADABLE",
  "PERSONA_INVALID",
  "PERSONA_UNKNOWN",
  "PERSONA_UNREADABLE",
  "PROFILE_INVALID",
  "PROFILE_UNKNOWN",
  "PROFILE_UNREADABLE",
  "RUNTIME_RULE_INVALID",
] as const;
export type PersonasErrorCode = (typeof PERSONAS_ERROR_CODES)[number];

/** One thing that is wrong with a file, where, and how to mend it. */
export interface PersonasProblem {
  /** The path of the file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export class PersonasError extends FleetError<PersonasErrorCode> {
  /** In the order of the file; empty when the error is not about the content of one. */
  readonly problems: readonly PersonasProblem[];
  constructor(init: {
    code: PersonasErrorCode;
    message: string;
    hint: string;
    problems?: readonly PersonasProblem[];
    cause?: unknown;
  }) {
    super(init);
    this.problems = init.problems ?? [];
  }
}

/** A file with more problems than this is not of its kind; the rest is counted. */
const MAX_PROBLEMS = 50;

/** What is wrong with one file, as one error. */
export function invalidFile(
  code: "PERSONA_INVALID" | "PROFILE_INVALID",
  problems: readonly PersonasProblem[],
): PersonasError {
  const ordered = problems.toSorted((a, b) => a.line - b.line);
  const shown = ordered.slice(0, MAX_PROBLEMS);
  const omitted = ordered.length - shown.length;
  const lines = shown.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`);
  if (omitted > 0) lines.push(`and ${String(omitted)} more problems`);
  const page = code === "PERSONA_INVALID" ? "personas" : "profiles";
  return new PersonasError({
    code,
    message: lines.join("\n"),
    hint: `Correct the places named; docs/reference/${page}.md describes the file.`,
    problems: shown,
  });
}
