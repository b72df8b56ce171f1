import { expect, test } from "vitest";
import { screenPages, movedBy } from "./screen-pages.ts";

const page = (from: number, to: number, ...foot: readonly string[]): string[] => [
  ...Array.from({ length: to - from + 1 }, (_, i) => `line ${String(from + i)}`),
  ...foot,
];
const COMPOSER = ["----", "> ", "----", "? for help"];

test.for([
  ["is the same", page(1, 9), page(1, 9), 0],
  ["has another last line", page(1, 9), [...page(1, 8), "other"], 0],
  ["changed in its middle", page(1, 9), [...page(1, 4), "new", ...page(6, 9)], 0],
  ["moved up by one", page(1, 9), page(2, 10), 1],
  ["moved up by a page but two lines", page(1, 9), page(8, 16), 7],
  ["moved up above a composer", page(1, 9, ...COMPOSER), page(5, 13, ...COMPOSER), 4],
  ["moved up by nearly all above a composer", page(1, 9, ...COMPOSER), page(8, 16, ...COMPOSER), 7],
  ["lost two lines in its middle", page(1, 9, "", ""), [...page(1, 5), ...page(8, 9), "", "", "", ""], 0],
  [
    "moved up while lines that repeat stand still",
    ["a", "", "-", "b", "", "-", "c", "", "-", "d"],
    ["b", "", "-", "c", "", "-", "d", "", "-", "e"],
    3,
  ],
  ["has nothing of it", page(1, 9), page(21, 29), undefined],
  ["has nothing of it but the composer", page(1, 9, ...COMPOSER), page(21, 29, ...COMPOSER), undefined],
  ["shares one line by chance that moved", page(1, 9), [...page(21, 24), "line 9", ...page(26, 29)], 0],
  [
    "lost its last lines, which stand above as well",
    ["a", "1", "2", "3", "b", "1", "2", "3", "c", "1", "2", "3"],
    ["a", "1", "2", "3", "b", "1", "2", "3", "", "", "", ""],
    0,
  ],
  ["moved down again", page(3, 11), page(1, 9), -2],
  ["was empty before", ["", "", ""], ["a", "b", "c"], 0],
] as const)("a page that %s", ([, before, now, moved]) => {
  expect(movedBy(before, now)).toBe(moved);
});

test("what left the screen is told once, in its order", () => {
  const pages = screenPages();
  for (const [from, to] of [
    [1, 9],
    [3, 11],
    [10, 18],
  ] as const)
    pages.draw(page(from, to, ...COMPOSER));
  expect(pages.take()).toEqual(page(1, 9));
  expect(pages.page()).toEqual(page(10, 18, ...COMPOSER));
  pages.draw(page(11, 19, ...COMPOSER));
  expect(pages.take()).toEqual(["line 10"]);
});

test("a page that comes back later does not undo what was shown since", () => {
  const pages = screenPages();
  pages.draw(page(1, 9));
  pages.draw(["May I?", "1. yes", "2. no", "", "", "", "", "", ""]);
  for (let from = 1; from <= 12; from += 3) pages.draw(page(from, from + 8));
  pages.draw(page(1, 9));
  expect([...pages.take(), ...pages.page()]).toEqual([...page(1, 18), ...page(1, 9)]);
});

test("rows that come back to the screen are not told again, also where they were taken meanwhile", () => {
  for (const taken of [false, true]) {
    const pages = screenPages();
    const told: string[] = [];
    for (const from of [1, 4, 2, 3, 1, 6]) {
      pages.draw(page(from, from + 8, ...COMPOSER));
      if (taken) told.push(...pages.take());
    }
    expect([...told, ...pages.take(), ...pages.page()]).toEqual(page(1, 14, ...COMPOSER));
    pages.draw(page(4, 12, ...COMPOSER));
    expect(pages.page()).toEqual(page(6, 12, ...COMPOSER));
    expect(pages.page(5)).toEqual(page(6, 8));
  }
});

test("what moved down on the screen alone, as under an answer, has left nothing", () => {
  const pages = screenPages();
  pages.draw(["question", ...COMPOSER, "", ""]);
  pages.draw(["question", "answer", ...COMPOSER, ""]);
  expect([...pages.take(), ...pages.page()]).toEqual(["question", "answer", ...COMPOSER, ""]);
});

test("another page comes behind the one before; a dialog that is gone leaves nothing", () => {
  const pages = screenPages();
  pages.draw(page(1, 9));
  pages.draw(["May I?", "1. yes", "2. no", "", "", "", "", "", ""]);
  pages.draw(page(2, 10));
  expect(pages.take()).toEqual(["line 1"]);
  pages.draw(page(31, 39));
  expect([...pages.take(), ...pages.page()]).toEqual([...page(2, 10), ...page(31, 39)]);
});
