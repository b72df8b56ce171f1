import { expect, test } from "vitest";
import { newLines } from "./new-lines.ts";

test.for([
  ["nothing happened", ["a", "b"], ["a", "b"], []],
  ["a line came at the end", ["a", "b"], ["a", "b", "c"], ["c"]],
  ["the window moved on", ["a", "b", "c"], ["b", "c", "d"], ["d"]],
  ["lines came above a foot that is redrawn", ["a", "b", "--", ">"], ["a", "b", "c", "--", ">"], ["c"]],
  ["the window moved on above a foot", ["a", "b", "c", ">"], ["b", "c", "d", ">"], ["d"]],
  ["the same line came again", ["a", "b", ">"], ["a", "b", "b", ">"], ["b"]],
  ["a line stands further up by chance as well", ["x", "a", "x", "b", "c"], ["x", "b", "c", "d"], ["d"]],
  ["everything is new", ["a", "b"], ["x", "y"], ["x", "y"]],
  ["the screen was empty", [""], ["", "a"], ["a"]],
  ["the pane was cleared", ["a", "b", "c"], [], []],
] as const)("%s", ([, before, now, added]) => {
  expect(newLines(before, now)).toEqual(added);
});

test("every line of a long scroll is printed once", () => {
  const all = Array.from({ length: 300 }, (_, i) => `line ${String(i)}`);
  const printed: string[] = [];
  let before: string[] = [];
  for (let end = 20; end <= 300; end += 7) {
    const now = [...all.slice(Math.max(0, end - 50), end), "---", ">"];
    printed.push(...newLines(before, now).filter((line) => line.startsWith("line")));
    before = now;
  }
  expect(printed).toEqual(all.slice(0, 300 - ((300 - 20) % 7)));
});
