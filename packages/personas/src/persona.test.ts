import fc from "fast-check";
import { expect, test } from "vitest";
import { PersonasError } from "./error.ts";
import { parsePersona } from "./persona.ts";

const CONTRACT = `---
class: code
standing: task
tier: execution
---
# Code

You are the seat that implements one card.
Each job starts empty.

## Mandate
- One card.

## Boundaries
- **Merging** is \`merge-gate\`'s.

## How you work
\`\`\`
## not a heading
\`\`\`

## Persona
A finisher.
`;

const parse = (text: string, file = "roles/code.md", name = "code") => parsePersona(text, file, name);

function problemsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PersonasError) return error.message.split("\n");
    throw error;
  }
  return [];
}

test("a contract gives its front matter, title, introduction and sections", () => {
  const persona = parse(CONTRACT);
  expect(persona).toMatchObject({
    class: "code",
    domain: "engineering",
    standing: "task",
    tier: "execution",
    title: "Code",
    intro: "You are the seat that implements one card.\nEach job starts empty.",
  });
  expect(persona.sections.map(({ title, line }) => `${title}:${String(line)}`)).toEqual([
    "Mandate:11",
    "Boundaries:14",
    "How you work:17",
    "Persona:22",
  ]);
  expect(persona.sections[2]?.text).toContain("## not a heading");
  expect(persona.body.startsWith("# Code\n")).toBe(true);
});

test("a byte order mark and Windows line ends change nothing", () => {
  expect(parse(`\ufeff${CONTRACT.replaceAll("\n", "\r\n")}`)).toEqual(parse(CONTRACT));
});

test.for<[string, (text: string) => string, string]>([
  ["an empty file", () => "", "1: the file begins with no front matter"],
  ["no front matter", (t) => t.slice(t.indexOf("# Code")), "1: the file begins with no front matter"],
  [
    "front matter that never ends",
    (t) => t.replace("execution\n---", "execution"),
    '1: the front matter that begins here has no closing "---" line',
  ],
  [
    "another class inside",
    (t) => t.replace("class: code", "class: coder"),
    '2: the class is "coder" and the file is called "code.md"; make them equal',
  ],
  ["no class", (t) => t.replace("class: code\n", ""), '2: the key "class" is missing'],
  [
    "a misspelt key",
    (t) => t.replace("standing:", "standng:"),
    '3: unknown key "standng"; did you mean "standing"?',
  ],
  [
    "a key twice",
    (t) => t.replace("standing: task", "standing: task\nstanding: task"),
    '4: the key "standing" stands on line 3 already; keep one',
  ],
  [
    "an unknown standing",
    (t) => t.replace("standing: task", "standing: always"),
    '3: standing: "always" is no standing; write persistent or task',
  ],
  [
    "an unknown tier",
    (t) => t.replace("execution", "boss"),
    '4: tier: "boss" is no tier; the tiers are core, front-office, execution, gate, meta',
  ],
  [
    "a tier outside engineering",
    (t) => t.replace("tier:", "domain: sales\ntier:"),
    "5: a tier belongs to an engineering persona",
  ],
  [
    "a class with a path",
    (t) => t.replace("class: code", "class: ../code"),
    '2: class: "../code" is not a class',
  ],
  [
    "a number as class",
    (t) => t.replace("class: code", "class: 7"),
    "2: class: 7 is not a class: expected text",
  ],
  [
    "an alias",
    (t) => t.replace("standing: task", "standing: &a task"),
    "3: anchors (&) and aliases (*) are not used here",
  ],
  [
    "front matter that is no map",
    (t) => t.replace(/class[\s\S]*?execution/, "- a"),
    "2: Invalid input: expected object",
  ],
  ["no title", (t) => t.replace("# Code\n", ""), '6: the title is missing; write "# Title"'],
  ["no introduction", (t) => t.replace(/You are[\s\S]*?empty\./, ""), "6: no introduction follows the title"],
  [
    "a section misnamed",
    (t) => t.replace("## Boundaries", "## Boundary"),
    '24: the section "## Boundaries" is missing; rename "## Boundary" on line 14',
  ],
  [
    "a section left out",
    (t) => t.replace("## Persona\n", ""),
    '23: the section "## Persona" is missing; add it',
  ],
  ["an empty section", (t) => t.replace("- One card.", ""), '11: the section "## Mandate" is empty'],
  [
    "a section twice",
    (t) => `${t}\n## Mandate\n- More.\n`,
    '25: the section "## Mandate" stands on line 11 already; join the two',
  ],
  [
    "a code block that never ends",
    (t) => t.replace("heading\n```", "heading"),
    "18: the code block that begins here is never closed",
  ],
  [
    "an escape sequence",
    (t) => t.replace("One card", "One \u001b[2Jcard"),
    "12: a hidden control character (U+001B); remove it",
  ],
  [
    "a bidi override",
    (t) => t.replace("One card", "One \u202ecard"),
    "12: a hidden control character (U+202E); remove it",
  ],
])("%s is an error with its line and its mend", ([, change, expected]) => {
  const problems = problemsOf(change(CONTRACT));
  expect(problems.filter((line) => line.startsWith(`roles/code.md:${expected}`))).toHaveLength(1);
});

test("every problem of a contract is reported at once, in the order of the file", () => {
  const text = CONTRACT.replace("class: code", "class: coder")
    .replace("standing: task", "standing: ever")
    .replace("- One card.", "");
  expect(problemsOf(text).map((line) => line.split(":")[1])).toEqual(["3", "11"]);
});

test("no text makes the parser throw anything but its own error", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc
      .array(
        fc.constantFrom(
          "---\n",
          "class: code\n",
          "# T\n",
          "## Mandate\n",
          "```\n",
          "- [{",
          "a: &b *b\n",
          "\t",
          "? ",
          "!!js ",
          "__proto__: 1\n",
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join("")),
    fc.string({ maxLength: 200 }).map((text) => `---\n${text}\n---\n`),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(PersonasError);
      }
    }),
    { numRuns: 200 },
  );
});
