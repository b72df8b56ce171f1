import {
  Composer,
  Lexer,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type YAMLParseError,
  type YAMLWarning,
} from "yaml";
import { MAX_PROBLEMS } from "./error.ts";
import type { Finding } from "./finding.ts";
import { tooDeep } from "./too-deep.ts";
import { yamlMessage } from "./yaml-message.ts";
import { YAML_RULES } from "./yaml-rules.ts";

/** Deeper than any roster; the YAML library recurses once per level. */
export const MAX_DEPTH = 32;

/**
 * A key with its value, indent and line end is 6 of them. A text of quotes or tags alone has one for each of its
 * characters, and the library needs some microseconds for each.
 */
export const MAX_LEXEMES = 150_000;

/** A YAML text, composed into nodes with their places. */
export interface YamlText {
  /** Absent when the text is nested too deep to be composed. */
  readonly document?: Document.Parsed;
  readonly lines: LineCounter;
  /** What is wrong with it as YAML. */
  readonly findings: readonly Finding[];
}

/**
 * The tokens of a text: all of them, or as many as are worth reading of one that is no roster.
 *
 * @returns `tooMany` when the text has more than {@link MAX_LEXEMES}.
 */
function readTokens(text: string, lines: LineCounter): { tokens: CST.Token[]; tooMany: boolean } {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let errors = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === "error") errors++;
    }
    lexemes++;
    if (lexemes > MAX_LEXEMES) return { tokens: [], tooMany: true };
    if (errors > MAX_PROBLEMS) return { tokens, tooMany: false };
  }
  tokens.push(...parser.end());
  return { tokens, tooMany: false };
}

function toFindings(errors: readonly (YAMLParseError | YAMLWarning)[]): Finding[] {
  return errors
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .map((error, index) => ({
      path: [],
      offset: error.pos[0],
      // Nobody reads the rest.
      message: index < MAX_PROBLEMS ? yamlMessage(error) : "",
    }));
}

/**
 * The library makes an error object of each mistake; half a million stack traces take seconds and nobody reads one.
 */
function withoutStackTraces<Result>(work: () => Result): Result {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Never throws, whatever the text. YAML 1.2 rules hold, whatever a `%YAML` directive says. */
export function readYaml(text: string): YamlText | "too many lexemes" {
  const lines = new LineCounter();
  const { tokens, tooMany } = readTokens(text, lines);
  if (tooMany) return "too many lexemes";
  // A byte order mark takes no column.
  if (text.startsWith("\ufeff")) lines.lineStarts[0] = 1;
  const deep = tooDeep(tokens, MAX_DEPTH);
  if (deep !== undefined) {
    const message = `nested deeper than ${String(MAX_DEPTH)} levels`;
    return { lines, findings: [{ path: [], offset: deep, message }] };
  }
  const composer = new Composer({ ...YAML_RULES, keepSourceTokens: true, lineCounter: lines });
  const [document, second] = withoutStackTraces(() => {
    // Composed on demand: what follows the second document is of no interest.
    const [first, next] = composer.compose(tokens, true, text.length);
    return [first, next];
  });
  if (!document) return { lines, findings: [] };
  const findings = toFindings([...document.errors, ...document.warnings]);
  if (second)
    findings.push({
      path: [],
      offset: second.range[0],
      message: "a second YAML document begins here; a roster is one",
    });
  return { document, lines, findings };
}
