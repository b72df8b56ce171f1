import fc from "fast-check";
import { expect, test } from "vitest";
import { lineDiff } from "./line-diff.ts";

test("equal texts have no difference, whatever their line ends", () => {
  expect(lineDiff("a\nb\n", "a\r\nb")).toEqual([]);
});

test("a change stands between three lines of context", () => {
  const before = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  expect(lineDiff(before.join("\n"), before.with(4, "five").join("\n"))).toEqual([
    "@@ -2 +2 @@",
    " 2",
    " 3",
    " 4",
    "-5",
    "+five",
    " 6",
    " 7",
    " 8",
  ]);
});

test("changes far apart have a place each", () => {
  const before = Array.from({ length: 30 }, (_, index) => String(index));
  const after = [...before.slice(2, 29), "end"];
  expect(lineDiff(before.join("\n"), after.join("\n")).filter((line) => line.startsWith("@@"))).toEqual([
    "@@ -1 +1 @@",
    "@@ -27 +25 @@",
  ]);
});

test("what it keeps and adds is the text after, what it keeps and removes the text before", () => {
  // Of texts this short every line is within the context of any change.
  const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before.join("\n"), after.join("\n"));
      const side = (signs: string): string[] =>
        lines.filter((line) => signs.includes(line.slice(0, 1))).map((line) => line.slice(1));
      if (before.join() === after.join()) expect(lines).toEqual([]);
      else expect([side(" -"), side(" +")]).toEqual([before, after]);
    }),
  );
});
