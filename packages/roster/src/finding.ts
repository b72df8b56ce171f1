import { nearest } from "@mosaic/fleet-model";
import type { LineCounter } from "yaml";
import { MAX_PROBLEMS, type RosterProblem } from "./error.ts";
import { printable, quote } from "./quote.ts";

export type Path = readonly (string | number)[];

/** A problem before its place is turned into line and column. */
export interface Finding {
  readonly path: Path;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly message: string;
  /** The place is that of the parent, since nothing stands at `path`. */
  readonly missing?: true;
  /** A word that is not one of the `candidates` it should be one of. */
  readonly misspelt?: { readonly word: string; readonly candidates: readonly string[] };
}

export const formatPath = (path: Path): string =>
  path.length === 0
    ? "(root)"
    : path.map((key) => (typeof key === "number" ? String(key) : printable(key))).join("/");

function orList(words: readonly string[]): string {
  const quoted = words.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

function toProblem(finding: Finding, lines: LineCounter): RosterProblem {
  const { line, col } = lines.linePos(finding.offset);
  const near = finding.misspelt ? nearest(finding.misspelt.word, finding.misspelt.candidates) : [];
  return {
    path: formatPath(finding.path),
    line: Math.max(1, line),
    column: Math.max(1, col),
    message: near.length > 0 ? `${finding.message}; did you mean ${orList(near)}?` : finding.message,
    ...(near.length > 0 ? { nearest: near } : {}),
  };
}

/** In the order of the file, the first {@link MAX_PROBLEMS}. */
export function toProblems(findings: readonly Finding[], lines: LineCounter): RosterProblem[] {
  return findings
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, MAX_PROBLEMS)
    .map((finding) => toProblem(finding, lines));
}
