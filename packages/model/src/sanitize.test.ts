import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitize } from "./sanitize.ts";

const FORBIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Texts made of what terminals act on. */
const pieces = fc.oneof(
  fc.constantFrom(
    "\x1b",
    "\x1b[",
    "\x1b]",
    "\x1bP",
    "\x1b\\",
    "\x9b",
    "\x9d",
    "\x9c",
    "\x90",
    "\x07",
    "\r",
    "\n",
    "\t",
  ),
  fc.constantFrom(
    "\x1b[201~",
    "\x1b[200~",
    "\x9b201~",
    "\ud83d",
    "\udca9",
    "\u202e",
    "\u2066",
    "\0",
    "\x7f",
    "\x85",
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.string({ maxLength: 5 }),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);
const hostile = fc.array(pieces, { maxLength: 40 }).map((all) => all.join(""));

test("no text leaves anything that a terminal acts on", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const clean = sanitize(text);
      expect(clean).not.toMatch(FORBIDDEN);
      expect(clean.isWellFormed()).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("each character alone stays, becomes a newline or its replacement, or goes", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const char = String.fromCharCode(code);
    const expected = char === "\r" ? "\n" : FORBIDDEN.test(char) ? "" : char.toWellFormed();
    if (sanitize(char) !== expected)
      expect.fail(`U+${code.toString(16)} becomes ${JSON.stringify(sanitize(char))}`);
  }
});

test("a second time changes nothing", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(sanitize(sanitize(text))).toBe(sanitize(text));
    }),
    { numRuns: 2_000 },
  );
});

test("a text without any of it stays as it is", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !FORBIDDEN.test(text) && text.isWellFormed()),
      (text) => {
        expect(sanitize(text)).toBe(text);
      },
    ),
  );
});

test.for([
  ["tabs and newlines stay", "a\tb\nc", "a\tb\nc"],
  ["line ends become newlines", "a\r\nb\rc\n\rd", "a\nb\nc\n\nd"],
  ["the end of a bracketed paste", "a\x1b[201~b", "ab"],
  ["the end of a bracketed paste in C1", "a\x9b201~b", "ab"],
  ["the end of a paste that appears once another is taken out", "\x1b[\x1b[201~201~", "201~"],
  ["colours go with their parameters", "\x1b[1;31mred\x1b[0m", "red"],
  ["a title goes whole, ended by BEL", "a\x1b]0;title\x07b", "ab"],
  ["a title goes whole, ended by ST", "a\x1b]0;title\x1b\\b", "ab"],
  ["a link keeps its text", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text"],
  ["a title that never ends loses its escape only", "\x1b]0;title", "0;title"],
  ["one string sequence in another", "a\x9db\x90c\x9cd", "abd"],
  ["control characters", "a\0b\x07c\x08d\x0be\x0cf\x7fg\x85h", "abcdefgh"],
  ["interrupt and end of input", "\x03\x04\x1a\x1c", ""],
  ["bidi controls", "a\u202eb\u2066c\u200fd\u061ce", "abcde"],
  ["lone surrogates are replaced", "a\ud800b\udc00c", "a\ufffdb\ufffdc"],
  ["pairs of surrogates stay", "💡💩", "💡💩"],
  ["letters of any script stay", "é 日本 שלום عربي e\u0301", "é 日本 שלום عربي e\u0301"],
  ["a family stays together", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"],
] as const)("%s", ([, text, expected]) => {
  expect(sanitize(text)).toBe(expected);
});

test.for([
  ["openings of strings in C1", "\x9d"],
  ["openings of strings", "\x1b]"],
  ["openings of several kinds", "\x90a\x9d"],
  ["openings of parameters", "\x9b0"],
  ["parameters", "0"],
  ["intermediates", " "],
  ["escapes", "\x1b"],
  ["line ends", "\r"],
  ["lone surrogates", "\ud800"],
] as const)("64 KiB of %s take no time", ([, unit]) => {
  const text = `\x1b[${unit.repeat(65_536 / unit.length)}`;
  const startedAt = performance.now();
  expect(sanitize(text)).not.toMatch(FORBIDDEN);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
