import { FleetError } from "@mosaic/fleet-model";

export const ROSTER_ERROR_CODES = [
  "ROSTER_INVALID",
  "ROSTER_TOO_LARGE",
  "ROSTER_AGENT_UNKNOWN",
  "ROSTER_AGENT_EXISTS",
  "ROSTER_EDIT_UNSUPPORTED",
] as const;
export type RosterErrorCode = (typeof ROSTER_ERROR_CODES)[number];

/** One thing that is wrong with a roster, and where. */
export interface RosterProblem {
  /** Keys and zero-based indexes joined by `/`; `(root)` for the document itself. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units, as editors do. */
  readonly column: number;
  readonly message: string;
  /** What a misspelt word may have meant, nearest first. */
  readonly nearest?: readonly string[];
}

export class RosterError extends FleetError<RosterErrorCode> {
  /** In the order of the file, at most {@link MAX_PROBLEMS}; empty unless the code is `ROSTER_INVALID`. */
  readonly problems: readonly RosterProblem[];
  /** How many more problems there are than `problems` holds. */
  readonly omitted: number;
  constructor(init: {
    code: RosterErrorCode;
    message: string;
    hint: string;
    problems?: readonly RosterProblem[];
    omitted?: number;
  }) {
    super(init);
    this.problems = init.problems ?? [];
    this.omitted = init.omitted ?? 0;
  }
}

/** A file with more problems than this is not a roster with mistakes; the rest is counted. */
export const MAX_PROBLEMS = 50;

/** @param source - Names the roster in the message: a path, or `<stdin>`. */
export function invalidRoster(
  source: string,
  problems: readonly RosterProblem[],
  omitted: number,
): RosterError {
  const lines = problems.map(
    ({ path, line, column, message }) => `${source}:${String(line)}:${String(column)} ${path}: ${message}`,
  );
  if (omitted > 0) lines.push(`${source}: and ${String(omitted)} more problems`);
  return new RosterError({
    code: "ROSTER_INVALID",
    message: lines.join("\n"),
    hint: "Correct the places named; docs/reference/roster.md lists every key.",
    problems,
    omitted,
  });
}
