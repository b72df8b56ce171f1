import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

test("a text has one fingerprint of 16 digits", () => {
  expect(fingerprint("code0")).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint("code0")).toBe(fingerprint("code0"));
});

test("ten thousand texts that differ by a digit, an order or a character have as many fingerprints", () => {
  const texts = Array.from({ length: 5_000 }, (_, i) => [
    `["${String(i)}","x"]`,
    `["x","${String(i)}"]`,
  ]).flat();
  expect(new Set(texts.map(fingerprint)).size).toBe(10_000);
});

test("the halves do not move together", () => {
  const halves = ["a", "b", "ab", "ba"].map((text) => [
    fingerprint(text).slice(0, 8),
    fingerprint(text).slice(8),
  ]);
  expect(halves.every(([first, second]) => first !== second)).toBe(true);
});
