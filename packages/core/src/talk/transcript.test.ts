import { expect, test } from "vitest";
import { squeezed } from "./followed.ts";
import { transcript } from "./transcript.ts";

const SIZE = { cols: 20, rows: 5 };
const ESC = "\u001b";
const read = async (...parts: readonly string[]): Promise<readonly string[]> => {
  const reading = transcript(SIZE);
  for (const part of parts) await reading.write(part);
  return squeezed([...reading.take(), ...reading.screen()]);
};
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${String(from + i)}`);

test.for([
  ["plain lines", "a\r\nb\r\n", ["a", "b"]],
  ["a line that was written over", "10 %\r20 %\r100 %\r\ndone", ["100 %", "done"]],
  ["colours and titles", `${ESC}[31mred${ESC}[0m${ESC}]0;title\u0007\r\n`, ["red"]],
  ["a line that is longer than the pane", `${"x".repeat(45)}\r\nb`, ["x".repeat(45), "b"]],
  ["lines that are drawn anew from above", `a\r\nb\r\n${ESC}[2A${ESC}[Jc\r\nd\r\n`, ["c", "d"]],
  ["a screen that was cleared", `a\r\nb${ESC}[2J${ESC}[Hc`, ["c"]],
  ["wide characters", "日本語\r\n", ["日本語"]],
] as const)("%s are as they were in the end", async ([, text, lines]) => {
  expect(await read(text)).toEqual(lines);
});

test("every line that left the screen is told, however many come at once", async () => {
  const many = Array.from({ length: 30_000 }, (_, i) => String(i % 10));
  expect(await read(many.join("\r\n"))).toEqual(many);
});

test("it does not matter where the stream is cut", async () => {
  const text = `${numbered(1, 12).join("\r\n")}\r\n${"y".repeat(30)}\r\n${ESC}c${numbered(13, 20).join("\r\n")}`;
  const whole = await read(text);
  expect(whole).toEqual([...numbered(1, 12), "y".repeat(30), ...numbered(13, 20)]);
  expect(await read(...text.split(""))).toEqual(whole);
});

test("a line that is half on the screen is taken as a whole", async () => {
  const reading = transcript(SIZE);
  await reading.write(`${"x".repeat(70)}\r\n1\r\n2`);
  expect(reading.take()).toEqual([]);
  await reading.write("\r\n3\r\n4\r\n5\r\n6");
  expect(reading.take()[0]).toBe("x".repeat(70));
});

test("a program begins on a terminal of its own, whatever the one before left behind", async () => {
  expect(await read(`${ESC}[?1049h${ESC}[Hfull screen`, `${ESC}cnext\r\n`)).toEqual(["full screen", "next"]);
});

const drawn = (from: number): string =>
  `${ESC}[H${numbered(from, from + 3)
    .map((line) => `${line}${ESC}[K\r\n`)
    .join("")}composer${ESC}[K`;

test("what a full-screen program scrolls away is kept, and what was before it and comes behind it", async () => {
  const drawings = [1, 2, 4, 5].map(drawn).join("");
  const lines = await read(`before\r\n${ESC}[?1049h${ESC}[2J${drawings}${ESC}[?1049lafter\r\n`);
  expect(lines).toEqual(["before", ...numbered(1, 8), "composer", "after"]);
});

test("a drawing counts when it is complete, where the program says so", async () => {
  const before = numbered(1, 4);
  const erased = before.map((_, row) => `${ESC}[${String(row + 1)};1H${ESC}[K`).join("");
  const again = `${ESC}[?2026h${erased}${drawn(2)}${ESC}[?2026l`;
  expect(await read(`${ESC}[?1049h${drawn(1)}`, again)).toEqual([...numbered(1, 5), "composer"]);
  expect(await read(`${ESC}[?1049h${drawn(1)}${ESC}[?2026h${erased}`)).toEqual([...before, "composer"]);
});

test("a screen that is left and come back to gives its lines once", async () => {
  const before = `${numbered(1, 4).join("\r\n")}\r\n${ESC}[?1049h${ESC}[Hx${ESC}[?1049l`;
  const lines = await read(before, ...numbered(5, 20).map((line) => `${line}\r\n`));
  expect(lines).toEqual([...numbered(1, 4), "x", ...numbered(5, 20)]);
});

test("settled is what stands above the cursor's line, and above a full-screen program's composer", async () => {
  const reading = transcript(SIZE);
  await reading.write("a\r\nb\r\nc");
  expect([reading.screen(true), reading.fullScreen()]).toEqual([["a", "b"], false]);
  await reading.write(`${ESC}[?1049h${drawn(1)}`);
  expect([reading.screen(true), reading.fullScreen()]).toEqual([numbered(1, 3), true]);
});
