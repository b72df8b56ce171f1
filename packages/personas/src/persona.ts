import * as z from "zod";
import { CLASS_PATTERN, CLASS_RULE } from "./class-name.ts";
import { invalidFile } from "./error.ts";
import { quote } from "./quote.ts";
import { schemaProblems } from "./schema-problems.ts";
import { readSections, type PersonaSection } from "./sections.ts";
import { hiddenCharacters, linesOf, type LineProblem } from "./text-rules.ts";
import { readYaml } from "./yaml-places.ts";

const STANDINGS = ["persistent", "task"] as const;
const TIERS = ["core", "front-office", "execution", "gate", "meta"] as const;
/** The domain of a persona that names none. */
export const ENGINEERING = "engineering";

/** A role contract. */
export interface Persona {
  readonly class: string;
  readonly domain: string;
  /** `persistent`: the seat stays staffed; `task`: it is there for one job. */
  readonly standing: (typeof STANDINGS)[number];
  /** Engineering only. */
  readonly tier?: (typeof TIERS)[number];
  readonly title: string;
  /** What stands between the title and the first section. */
  readonly intro: string;
  readonly sections: readonly PersonaSection[];
  /** The contract as a model reads it: without the front matter, lines ended by `\n`. */
  readonly body: string;
}

const FrontMatter = z.strictObject({
  class: z
    .string({ error: "is not a class: expected text" })
    .regex(CLASS_PATTERN, { error: `is not a class: use ${CLASS_RULE}` }),
  standing: z.enum(STANDINGS, { error: `is no standing; write ${STANDINGS.join(" or ")}` }),
  tier: z.enum(TIERS, { error: `is no tier; the tiers are ${TIERS.join(", ")}` }).exactOptional(),
  domain: z
    .string({ error: "is not a domain: expected text" })
    .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: "is not a domain: use a-z, 0-9 and -, at most 40" })
    .exactOptional(),
});
const KEYS = Object.keys(FrontMatter.shape);

const FENCE = "---";
const WITHOUT_FRONT =
  'the file begins with no front matter; write "---", "class: ...", "standing: ...", "---" above the title';

interface FrontPart {
  readonly text: string;
  /** The first line behind the front matter, counted from 0. */
  readonly end: number;
}

function frontPart(lines: readonly string[]): FrontPart | LineProblem {
  if (lines[0]?.trimEnd() !== FENCE) return { line: 1, message: WITHOUT_FRONT };
  const close = lines.findIndex((line, index) => index > 0 && line.trimEnd() === FENCE);
  if (close === -1)
    return { line: 1, message: 'the front matter that begins here has no closing "---" line' };
  return { text: lines.slice(1, close).join("\n"), end: close + 1 };
}

type Front = Pick<Persona, "class" | "domain" | "standing" | "tier">;

function readFront(text: string, expectedClass: string, problems: LineProblem[]): Front | undefined {
  const yaml = readYaml(text, 2);
  problems.push(...yaml.problems);
  const parsed = FrontMatter.safeParse(yaml.value, { reportInput: false });
  if (!parsed.success) {
    if (yaml.problems.length === 0) problems.push(...schemaProblems(parsed.error, yaml, () => KEYS));
    return undefined;
  }
  const { class: name, domain, tier, standing } = parsed.data;
  if (name !== expectedClass) {
    const message = `the class is ${quote(name)} and the file is called ${quote(`${expectedClass}.md`)}; make them equal`;
    problems.push({ line: yaml.lineOf(["class"]), message });
  }
  if (domain === ENGINEERING) {
    const message = "engineering is the domain of a persona that names none; remove the line";
    problems.push({ line: yaml.lineOf(["domain"]), message });
  }
  if (domain !== undefined && tier !== undefined) {
    const message = "a tier belongs to an engineering persona, which names no domain; remove one of the two";
    problems.push({ line: yaml.lineOf(["tier"]), message });
  }
  return { class: name, domain: domain ?? ENGINEERING, standing, ...(tier ? { tier } : {}) };
}

/**
 * Parses a role contract.
 *
 * @param file - Names the contract in messages: its path.
 * @param expectedClass - The stem of the file's name, which the contract must carry.
 * @throws PersonasError `PERSONA_INVALID` with every problem of the text at once.
 */
export function parsePersona(text: string, file: string, expectedClass: string): Persona {
  const lines = linesOf(text);
  const problems = hiddenCharacters(lines);
  const front = frontPart(lines);
  const end = "end" in front ? front.end : 0;
  if (!("end" in front)) problems.push(front);
  const head = "end" in front ? readFront(front.text, expectedClass, problems) : undefined;
  const contract = readSections(lines, end);
  problems.push(...contract.problems);
  if (problems.length > 0 || !head) {
    throw invalidFile(
      "PERSONA_INVALID",
      problems.map((problem) => ({ file, ...problem })),
    );
  }
  const { title, intro, sections } = contract;
  return { ...head, title, intro, sections, body: `${lines.slice(end).join("\n").trim()}\n` };
}
