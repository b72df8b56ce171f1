import type { Document } from "yaml";
import { invalidRoster, MAX_PROBLEMS, RosterError } from "./error.ts";
import { formatPath, toProblems, type Finding } from "./finding.ts";
import { plainValue, type Place } from "./plain-value.ts";
import { checkRules } from "./roster-rules.ts";
import type { WrittenRoster } from "./roster.ts";
import { schemaFindings } from "./schema-findings.ts";
import { RosterSchema } from "./schema.ts";
import { MAX_LEXEMES, readYaml, type YamlText } from "./yaml-text.ts";

/** In UTF-16 units. A thousand agents with every key set need half of it. */
export const MAX_ROSTER_LENGTH = 1024 * 1024;

const isEmpty = (root: Place): boolean => root.value === null && root.written === "";

function check(yaml: YamlText): { written?: WrittenRoster; findings: Finding[] } {
  if (!yaml.document) return { findings: [...yaml.findings] };
  const { root, findings } = plainValue(yaml.document.contents, yaml.lines);
  const found = [...yaml.findings, ...findings];
  if (isEmpty(root) && found.length === 0)
    return {
      findings: [{ path: [], offset: 0, message: 'the roster is empty; it begins with "version: 1"' }],
    };
  if (root.value === undefined || (isEmpty(root) && found.length > 0)) return { findings: found };

  const parsed = RosterSchema.safeParse(root.value);
  const rules = checkRules(root, yaml.lines);
  const schema = parsed.success ? [] : schemaFindings(parsed.error, root);
  // One problem per place: a broken value explains itself better than the schema does.
  const reported = new Set([...findings, ...rules].map(({ path }) => formatPath(path)));
  const known = [...rules, ...schema.filter(({ path }) => !reported.has(formatPath(path)))];
  // Behind a syntax error the library guesses the structure, and what is missing may stand there.
  const sure = yaml.findings.reduce((first, { offset }) => Math.min(first, offset), Infinity);
  found.push(
    ...known.filter(({ offset, missing }) => offset < sure && (sure === Infinity || missing !== true)),
  );
  return parsed.success ? { written: parsed.data, findings: found } : { findings: found };
}

const tooLarge = (message: string): RosterError =>
  new RosterError({
    code: "ROSTER_TOO_LARGE",
    message,
    hint: "Check that the path names the roster; docs/reference/roster.md lists what one holds.",
  });

/** A roster that passed every check, with the text's nodes. */
export interface ReadRoster {
  readonly written: WrittenRoster;
  readonly document: Document.Parsed;
}

/** @throws {@link RosterError} as `parseRoster` does. */
export function readRoster(text: string, source: string): ReadRoster {
  if (text.length > MAX_ROSTER_LENGTH)
    throw tooLarge(
      `${source} has ${String(text.length)} characters; a roster has at most ${String(MAX_ROSTER_LENGTH)}`,
    );
  const yaml = readYaml(text);
  if (yaml === "too many lexemes")
    throw tooLarge(`${source} has more than ${String(MAX_LEXEMES)} words and signs, more than a roster has`);
  const { written, findings } = check(yaml);
  if (findings.length === 0 && written && yaml.document) return { written, document: yaml.document };
  throw invalidRoster(source, toProblems(findings, yaml.lines), Math.max(0, findings.length - MAX_PROBLEMS));
}
