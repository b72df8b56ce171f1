import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_COMPOSER, MAX_DRAFT, draftRows, edit, submit, type Composer } from "./composer.ts";
import type { Key, KeyName } from "./keys.ts";
import { cells } from "./text.ts";

/** Keys by name; anything else is text. */
const NAMES: readonly KeyName[] = [
  ...(["newline", "backspace", "delete", "delete-line", "delete-word"] as const),
  ...(["left", "right", "up", "down", "home", "end"] as const),
];
const toKey = (word: string): Key => {
  const kind = NAMES.find((name) => name === word);
  return kind === undefined ? { kind: "text", text: word } : { kind };
};
const press = (composer: Composer, ...words: readonly string[]): Composer =>
  words.reduce((now, word) => edit(now, toKey(word)), composer);
const typed = (...words: readonly string[]): Composer => press(EMPTY_COMPOSER, ...words);

test.for([
  ["text is inserted where the cursor is", ["ac", "left", "b"], "abc", 2],
  ["a newline is text", ["a", "newline", "b"], "a\nb", 3],
  ["Backspace takes one character before the cursor", ["abc", "left", "backspace"], "ac", 1],
  ["Backspace takes an emoji of many parts whole", ["a👩‍👩‍👧", "backspace"], "a", 1],
  ["Backspace takes a letter with its accent", ["xe\u0301", "backspace"], "x", 1],
  ["Backspace joins lines", ["a", "newline", "b", "left", "backspace"], "ab", 1],
  ["Backspace at the beginning does nothing", ["a", "home", "backspace"], "a", 0],
  ["Delete takes one character after the cursor", ["abc", "home", "delete"], "bc", 0],
  ["Delete at the end does nothing", ["abc", "delete"], "abc", 3],
  ["Ctrl-U deletes to the beginning of the line", ["one", "newline", "two", "delete-line"], "one\n", 4],
  ["Ctrl-W deletes the word before the cursor", ["one two  ", "delete-word"], "one ", 4],
  ["Ctrl-W deletes a word that is alone", ["one", "delete-word"], "", 0],
  ["Ctrl-W stops at the line's beginning", ["one", "newline", "two", "delete-word"], "one\n", 4],
  ["Home and End stay in the line", ["one", "newline", "two", "home", "x", "end", "y"], "one\nxtwoy", 9],
  ["Up keeps the column", ["abcd", "newline", "xy", "up", "!"], "ab!cd\nxy", 3],
  ["Up stops at the end of a shorter line", ["a", "newline", "xyz", "up", "!"], "a!\nxyz", 2],
  ["Down keeps the column", ["ab", "newline", "xyz", "up", "home", "right", "down", "!"], "ab\nx!yz", 5],
] as const)("%s", ([, words, text, cursor]) => {
  expect(typed(...words)).toMatchObject({ text, cursor });
});

test("up and down go through what was submitted and come back to the draft", () => {
  const composer = press(submit(press(submit(typed("first")), "second")), "draft");
  expect(press(composer, "up").text).toBe("second");
  expect(press(composer, "up", "up").text).toBe("first");
  expect(press(composer, "up", "up", "up").text).toBe("first");
  expect(press(composer, "up", "up", "down", "down").text).toBe("draft");
});

test("the history keeps neither blanks, nor the same text twice, nor more than 100 entries", () => {
  let composer = EMPTY_COMPOSER;
  for (const word of ["a", "a", "", "b"]) composer = submit(press(composer, word));
  expect(composer.history).toEqual(["a", "b"]);
  for (let count = 0; count < 200; count++) composer = submit(press(composer, `m${String(count)}`));
  expect(composer.history).toHaveLength(100);
});

test("a draft does not grow without bound, and is not cut inside a character", () => {
  const composer = press(typed("x".repeat(MAX_DRAFT - 1)), "🙂🙂");
  expect(composer.text.length).toBeLessThanOrEqual(MAX_DRAFT);
  expect(composer.text.isWellFormed()).toBe(true);
});

test("whatever is pressed, the cursor stands in the text and between characters", () => {
  const word = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: "grapheme", maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const { text, cursor } = typed(...words);
      expect(cursor).toBeGreaterThanOrEqual(0);
      expect(cursor).toBeLessThanOrEqual(text.length);
    }),
  );
});

test.for([
  ["an empty draft is one row", "", [""], 0, ""],
  ["a long line is broken", "abcdefghijkl", ["abcdefghij", "kl"], 1, "kl"],
  ["lines are rows", "a\n\nb", ["a", "", "b"], 2, "b"],
  ["a final newline makes a row", "a\n", ["a", ""], 1, ""],
  ["wide characters are not cut in half", "日本語日本語", ["日本語日本", "語"], 1, "語"],
  ["a draft of blanks does not look empty", " \t\n ", ["···", "·"], 1, "·"],
  ["a tab is two blanks", "a\tb", ["a  b"], 0, "a  b"],
] as const)("%s", ([, text, rows, row, before]) => {
  expect(draftRows(typed(text), 10, 6)).toEqual({ rows, cursor: { row, before } });
});

test("a draft that is too long shows its first rows and how many lines are left", () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${String(at + 1)}`).join("\n");
  const { rows, cursor } = draftRows(typed(lines), 10, 6);
  expect(rows).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5", "… +15 lines"]);
  expect(cursor).toEqual({ row: 5, before: "… +15 lines" });
});

test("a draft that fills its rows exactly is shown whole", () => {
  expect(draftRows(typed("1\n2\n3"), 10, 3).rows).toEqual(["1", "2", "3"]);
  expect(draftRows(typed("1\n2\n3\n4"), 10, 3).rows).toEqual(["1", "2", "… +2 lines"]);
});

test("the cursor is shown where it is when its row is", () => {
  const composer = press(typed("1\n2\n3\n4"), "up", "up", "up", "home");
  expect(draftRows(composer, 10, 3).cursor).toEqual({ row: 0, before: "" });
});

test("rows fit, and the cursor's row begins with what stands before it", () => {
  const draft = fc.string({ unit: "grapheme", maxLength: 120 });
  fc.assert(
    fc.property(draft, fc.nat(200), fc.integer({ min: 12, max: 40 }), (text, at, width) => {
      const composer = { ...typed(text), cursor: Math.min(at, text.length) };
      const { rows, cursor } = draftRows(composer, width, 6);
      expect(rows.length).toBeLessThanOrEqual(6);
      for (const row of rows) expect(cells(row)).toBeLessThanOrEqual(width);
      expect(rows[cursor.row]?.startsWith(cursor.before)).toBe(true);
    }),
  );
});
