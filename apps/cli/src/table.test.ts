import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Output } from "./output.ts";
import { cut, oneLine } from "./plain-text.ts";
import { table, type Column } from "./table.ts";

const out = { paint: (_: unknown, text: string) => text } as unknown as Output; // All that a table asks of it.

interface Row {
  readonly id: string;
  readonly note: string;
  readonly title: string;
}
const rows: readonly Row[] = [
  { id: "A1", note: "spare", title: "日本語のタイトルを持つカード、とても長いので切り詰められるはずです" },
  { id: "A22", note: "-", title: "👩‍👩‍👧 family, and a long line of plain words that goes on and on" },
];
const columns: readonly Column<Row>[] = [
  { head: "ID", cell: ({ id }) => id },
  { head: "NOTE", cell: ({ note }) => note, spare: 1 },
  { head: "TITLE", cell: ({ title }) => title },
];

test.for([
  [20, false],
  [41, false],
  [42, true],
  [200, true],
] as const)("no line is wider than %i columns, and what can be spared goes first", ([width, whole]) => {
  const lines = table(out, columns, rows, width).split("\n");
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  expect(lines[0]?.includes("NOTE")).toBe(whole);
  expect(lines.map((line) => line.split(/ +/)[0])).toEqual(["ID", "A1", "A22"]);
});

test("in a pipe nothing is cut", () => {
  expect(table(out, columns, rows)).toContain(rows[0]?.title);
});

test("a cut text ends with an ellipsis and halves no character", () => {
  expect(cut("👩‍👩‍👧 family", 3)).toBe("👩‍👩‍👧…");
  expect(cut("日本語", 4)).toBe("日…");
  expect(cut("日本語", 6)).toBe("日本語");
});

test("what a terminal obeys does not reach it, and a title is one line", () => {
  expect(oneLine(" evil \u001b[31mred\u001b[0m\u0007\nnext\tline\u202e ")).toBe("evil red next line");
});
