import stringWidth from "string-width";
import type { Output } from "./output.ts";

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Colours the padded cell. */
  readonly paint?: (row: Row, text: string) => string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

/** Columns of equal width, two spaces apart, for terminals and pipes alike. */
export function table<Row>(out: Output, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ head }, i) =>
    Math.max(stringWidth(head), ...cells.map((line) => stringWidth(line[i] ?? ""))),
  );
  const pad = (text: string, i: number): string => {
    const space = " ".repeat(Math.max(0, (widths[i] ?? 0) - stringWidth(text)));
    if (columns[i]?.right === true) return space + text;
    return i === columns.length - 1 ? text : text + space;
  };
  const head = columns.map((column, i) => out.paint("dim", pad(column.head, i))).join("  ");
  const body = rows.map((row, r) =>
    columns
      .map((column, i) => {
        const text = pad(cells[r]?.[i] ?? "", i);
        return column.paint ? column.paint(row, text) : text;
      })
      .join("  "),
  );
  return [head, ...body].map((line) => line.trimEnd()).join("\n");
}
