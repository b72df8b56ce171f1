import fc from "fast-check";
import { expect, test } from "vitest";
import { cells, cut, graphemes, wrap } from "./text.ts";

const anyText = fc.string({ unit: "grapheme", maxLength: 200 });

test.for([
  ["plain", 5],
  ["日本", 4],
  ["e\u0301", 1],
  ["שלום", 4],
  ["🙂", 2],
  ["\t", 2],
  ["", 0],
] as const)("%s takes %i cells", ([text, width]) => {
  expect(cells(text)).toBe(width);
});

test("joined emoji are counted with their parts, because some terminals draw them apart", () => {
  expect(cells("👩‍👩‍👧")).toBe(6);
});

test.for([
  ["short", 10, "short"],
  ["exactly 10", 10, "exactly 10"],
  ["eleven cells", 10, "eleven ce…"],
  ["日本語の文", 6, "日本…"],
  ["日   \u3164 ", 5, "日  …"],
  ["", 5, ""],
] as const)("%j is cut to %i cells", ([line, width, head]) => {
  expect(cut(line, width)).toBe(head);
});

test("whatever is cut fits", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
      expect(cells(cut(text.replaceAll("\n", " "), width))).toBeLessThanOrEqual(width);
    }),
  );
});

test.for([
  ["breaks at blanks", "one two three", 8, ["one two", "three"]],
  ["breaks a long word where it must", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ["keeps line ends and empty lines", "a\n\nb", 8, ["a", "", "b"]],
  ["keeps indentation", "  a b", 8, ["  a b"]],
  ["breaks between wide characters", "日本語", 4, ["日本", "語"]],
] as const)("wrapping %s", ([, text, width, rows]) => {
  expect(wrap(text, width)).toEqual(rows);
});

test("rows over the limit are counted in lines", () => {
  expect(wrap("1\n2\n3\n4\n5", 8, 3)).toEqual(["1", "2", "… +3 lines"]);
  expect(wrap("1\n2\n3", 8, 3)).toEqual(["1", "2", "3"]);
  expect(wrap("a".repeat(50), 8, 2)).toEqual(["aaaaaaaa", "… +1 line"]);
});

test("what stands behind a blank wraps as well where it leaves no room", () => {
  expect(wrap(" 日\u{1d158}\u{1d165}\u{1d16e}", 4)).toEqual(["", "日", "\u{1d158}\u{1d165}\u{1d16e}"]);
});

test("wrapped rows fit and lose nothing but blanks", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 4, max: 40 }), (text, width) => {
      const rows = wrap(text, width);
      // A grapheme of many parts may be wider than a row alone.
      for (const row of rows) expect(cells(row) <= width || [...graphemes(row)].length === 1).toBe(true);
      expect(rows.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }),
  );
});
