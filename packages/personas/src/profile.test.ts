import fc from "fast-check";
import { expect, test } from "vitest";
import { PersonasError } from "./error.ts";
import { parseProfile } from "./profile.ts";

const PROFILE = `id: small
title: Small
description: Two seats.
lead: orchestrator
floor: [orchestrator, enhancer]
roster:
  - class: orchestrator
  - class: enhancer
    reports_to: orchestrator
  - class: code
    reports_to: orchestrator
    multiplicity: 2
    runtime: codex
    model_hint: gpt-5.5
`;

function problemsOf(text: string): string[] {
  try {
    parseProfile(text, "small.yaml", "small");
  } catch (error) {
    if (error instanceof PersonasError) return error.message.split("\n");
    throw error;
  }
  return [];
}

test("a profile gives its seats, one where no number stands", () => {
  const { lead, floor, roster } = parseProfile(PROFILE, "small.yaml", "small");
  expect({ lead, floor }).toEqual({ lead: "orchestrator", floor: ["orchestrator", "enhancer"] });
  expect(roster).toEqual([
    { class: "orchestrator", multiplicity: 1 },
    { class: "enhancer", reports_to: "orchestrator", multiplicity: 1 },
    { class: "code", reports_to: "orchestrator", multiplicity: 2, runtime: "codex", model_hint: "gpt-5.5" },
  ]);
});

const add = (lines: string) => (text: string) => `${text}${lines}`;
const put = (from: string, to: string) => (text: string) => text.replace(from, to);

test.for<[string, (text: string) => string, string]>([
  ["an empty file", () => "", '1: a profile is a map that begins with "id: ..."'],
  [
    "an id that differs from the file name",
    put("id: small", "id: tiny"),
    '1: the id is "tiny" and the file is called "small.yaml"; make them equal',
  ],
  [
    "a lead that has no seat",
    put("lead: orchestrator", "lead: orchestrater"),
    '4: the lead "orchestrater" is not in the roster; did you mean "orchestrator"?',
  ],
  [
    "a floor class that has no seat",
    put(", enhancer]", ", review]"),
    '5: the floor class "review" is not in the roster',
  ],
  [
    "a floor class twice",
    put("enhancer]", "enhancer, enhancer]"),
    '5: the floor names "enhancer" twice; keep one',
  ],
  ["an empty floor", put("[orchestrator, enhancer]", "[]"), "5: floor: is empty"],
  [
    "a superior that has no seat",
    put("reports_to: orchestrator\n    multi", "reports_to: planner\n    multi"),
    '11: reports_to "planner" is not in the roster',
  ],
  [
    "a seat that reports to itself",
    add("  - class: review\n    reports_to: review\n"),
    "16: reports_to runs in a circle: review -> review;",
  ],
  [
    "a circle of three",
    add(
      "  - class: a\n    reports_to: b\n  - class: b\n    reports_to: c\n  - class: c\n    reports_to: a\n",
    ),
    "16: reports_to runs in a circle: a -> b -> c -> a;",
  ],
  [
    "a class with two seats",
    add("  - class: code\n"),
    '15: the class "code" has a seat on line 10 already; give that one a multiplicity',
  ],
  [
    "seats whose names clash",
    add("  - class: code1\n"),
    '15: the classes "code" and "code1" both make an agent "code1"; rename one of them',
  ],
  [
    "multiplicity 0",
    put("multiplicity: 2", "multiplicity: 0"),
    "12: roster 3 multiplicity: 0 is not a number of seats; write a whole number from 1 to 100",
  ],
  [
    "multiplicity 10,000",
    put("multiplicity: 2", "multiplicity: 10000"),
    "12: roster 3 multiplicity: 10000 is not a number of seats",
  ],
  [
    "half a seat",
    put("multiplicity: 2", "multiplicity: 1.5"),
    "12: roster 3 multiplicity: 1.5 is not a number of seats",
  ],
  ["endlessly many seats", put("multiplicity: 2", "multiplicity: .inf"), "12: roster 3 multiplicity:"],
  ["a runtime nobody knows", put("codex", "codec"), '13: roster 3 runtime: "codec" is not a runtime'],
  [
    "a key misspelt",
    put("description:", "descripton:"),
    '3: unknown key "descripton"; did you mean "description"?',
  ],
  [
    "a key of a seat misspelt",
    put("multiplicity:", "multiplicty:"),
    '12: unknown key "multiplicty"; did you mean "multiplicity"?',
  ],
  [
    "a class that leads out of the folder",
    put("class: code", "class: ../../x"),
    '10: roster 3 class: "../../x" is not a class',
  ],
  ["an alias", put("lead: orchestrator", "lead: *x"), "4: anchors (&) and aliases (*)"],
  ["a merge key", add("<<: {a: 1}\n"), '15: unknown key "<<"'],
  ["a prototype", add("__proto__: {a: 1}\n"), '15: unknown key "__proto__"'],
  ["a tab", add("\tx: 1\n"), "15: not valid YAML:"],
  ["a second document", add("---\na: 1\n"), "15: a second YAML document begins here"],
  ["a seat that is a text", add("  - review\n"), '15: roster 4: "review" is not a seat'],
  ["a hidden character", put("Two seats", "Two \u200b\u202eseats"), "3: a hidden control character (U+202E)"],
])("%s is an error with its line and its mend", ([, change, expected]) => {
  expect(
    problemsOf(change(PROFILE)).filter((line) => line.startsWith(`small.yaml:${expected}`)),
  ).toHaveLength(1);
});

test("every problem of a profile is reported at once", () => {
  const text = PROFILE.replace("id: small", "id: tiny")
    .replace("multiplicity: 2", "multiplicity: 0")
    .replace("[orchestrator", "[boss");
  expect(problemsOf(text).map((line) => line.split(":")[1])).toEqual(["1", "5", "12"]);
});

test("a misspelt key is not also a missing one", () => {
  expect(problemsOf(PROFILE.replace("description:", "descripton:"))).toHaveLength(1);
});

test("what is nested deeper than any profile is refused, with its line, before it is read", () => {
  const deep = "[".repeat(1_000) + "]".repeat(1_000);
  expect(problemsOf(`${PROFILE}notes: ${deep}\n`)).toEqual(["small.yaml:15: nested deeper than 12 levels"]);
});

test("one circle is one problem, however many seats lead into it", () => {
  const text = `${PROFILE}  - class: a\n    reports_to: b\n  - class: b\n    reports_to: a\n  - class: c\n    reports_to: a\n`;
  expect(problemsOf(text).filter((line) => line.includes("circle"))).toHaveLength(1);
});

test("no text makes the parser throw anything but its own error", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc
      .array(
        fc.constantFrom(
          "roster:\n",
          "  - class: a\n",
          "    reports_to: a\n",
          "floor: [",
          "{",
          "? ",
          "&x ",
          "*x\n",
          "!!set ",
          "<<: ",
          ": ",
          "\n",
          "'",
          '"',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join("")),
    fc.json().map((json) => json),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      expect(problemsOf(text)).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test.for([
  ["brackets", "["],
  ["maps", "- a: "],
  ["dashes", "- "],
  ["question marks", "? "],
  ["quotes", '"'],
  ["keys", "a: 1\n"],
  ["aliases", "a: &a [*a,*a]\n"],
  ["tags", "!a "],
] as const)("32 KiB of %s are refused in a moment", ([, unit]) => {
  const began = performance.now();
  expect(problemsOf(unit.repeat(Math.floor((32 * 1024) / unit.length))).length).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(10_000);
});
