import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearest } from "./nearest.ts";

test.for([
  ["", "", 0],
  ["abc", "abc", 0],
  ["abc", "", 3],
  ["abc", "abd", 1],
  ["abc", "abcd", 1],
  ["abc", "ac", 1],
  ["abc", "acb", 1],
  ["kitten", "sitting", 3],
] as const)("from %j to %j it is %i edits", ([a, b, edits]) => {
  expect(editDistance(a, b)).toBe(edits);
  expect(editDistance(b, a)).toBe(edits);
});

test("distance is symmetric, zero only for the same word, and at most the longer length", () => {
  const words = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test.for<[string, string, string[], string[]]>([
  ["one edit", "runtme", ["name", "runtime", "class"], ["runtime"]],
  ["a swap of neighbours", "calss", ["class", "alias"], ["class"]],
  ["another case", "RUNTIME", ["runtime"], ["runtime"]],
  ["a part of the word", "model", ["model_hint", "name"], ["model_hint"]],
  ["the nearest first", "coder-1", ["coder-12", "coder-2", "coder-1"], ["coder-1", "coder-12", "coder-2"]],
  ["nothing that is far", "zebra", ["runtime", "class"], []],
  ["a short word forgives one edit only", "ab", ["ac", "cd"], ["ac"]],
  ["two letters inside a word are no likeness", "co", ["connector"], []],
  ["no candidates", "x", [], []],
])("%s", ([, word, candidates, expected]) => {
  expect(nearest(word, candidates)).toEqual(expected);
});

test("at most as many are named as were asked for", () => {
  const candidates = ["coder-1", "coder-2", "coder-3", "coder-4", "coder-5"];
  expect(nearest("coder-9", candidates)).toEqual(candidates.slice(0, 3));
  expect(nearest("coder-9", candidates, 1)).toEqual(["coder-1"]);
});

test("a word of 81 characters is like nothing, and costs nothing", () => {
  const word = "a".repeat(80);
  expect(nearest(word, [word])).toEqual([word]);
  expect(nearest(`${word}a`, [`${word}a`])).toEqual([]);
});
