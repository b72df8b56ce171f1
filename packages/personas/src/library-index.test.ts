import { expect, test } from "vitest";
import { libraryIndex, summaryOf } from "./library-index.ts";
import { parsePersona } from "./persona.ts";
import { personaTemplate } from "./template.ts";

const persona = (name: string, front: string) =>
  parsePersona(
    personaTemplate(name).replace("standing: persistent", `standing: persistent\n${front}`),
    `${name}.md`,
    name,
  );

test("every persona has one row, engineering first, by class within its domain", () => {
  const index = libraryIndex([
    persona("zeta", "domain: assistant"),
    persona("review", "tier: execution"),
    persona("code", "tier: execution"),
    persona("poet", "domain: verse"),
  ]);
  const marks = index.match(/^## .*$|^\| \[[^\]]+\]/gm);
  expect(marks).toEqual([
    "## engineering",
    "| [code]",
    "| [review]",
    "## assistant",
    "| [zeta]",
    "## verse",
    "| [poet]",
  ]);
  expect(index).toContain("4 role contracts in 3 domains");
});

test("the sentence of a row is the first of the introduction, on one line, without breaking the table", () => {
  const one = persona("code", "tier: execution");
  expect(summaryOf({ ...one, intro: "You are a | b,\nversion 1.5 of it. Then more." })).toBe(
    "You are a \\| b, version 1.5 of it.",
  );
});
