import stringWidth from "string-width";
import type { Output } from "./output.ts";
import { cut } from "./plain-text.ts";

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Colours the padded cell. */
  readonly paint?: (row: Row, text: string) => string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** Left out where the terminal is too narrow: the highest number first. */
  readonly spare?: number;
}

const GAP = 2;
/** What the last column keeps before others are left out for it. */
const LAST_WIDTH = 30;

/**
 * Columns of equal width, two spaces apart, for terminals and pipes alike.
 *
 * @param width - No line is wider: columns that can be spared are left out, and the last one is cut. Default: whatever
 * the cells need.
 */
export function table<Row>(
  out: Output,
  all: readonly Column<Row>[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): string {
  const needed = new Map(
    all.map((column) => [
      column,
      Math.max(...[column.head, ...rows.map(column.cell)].map((text) => stringWidth(text))),
    ]),
  );
  const columns = fitting(all, needed, width);
  const last = columns.length - 1;
  const rest = Math.max(1, width - before(columns, needed));
  const pad = (column: Column<Row>, i: number, text: string): string => {
    if (i === last && column.right !== true) return cut(text, rest);
    const space = " ".repeat(Math.max(0, (needed.get(column) ?? 0) - stringWidth(text)));
    return column.right === true ? space + text : text + space;
  };
  const line = (row: Row): string =>
    columns
      .map((column, i) => {
        const text = pad(column, i, column.cell(row));
        return column.paint ? column.paint(row, text) : text;
      })
      .join(" ".repeat(GAP));
  const head = columns
    .map((column, i) => out.paint("dim", pad(column, i, column.head)))
    .join(" ".repeat(GAP));
  return [head, ...rows.map(line)].map((text) => text.trimEnd()).join("\n");
}

type Widths = ReadonlyMap<Column<never>, number>;

/** Where the last column begins. */
const before = (columns: readonly Column<never>[], needed: Widths): number =>
  columns.slice(0, -1).reduce((sum, column) => sum + (needed.get(column) ?? 0) + GAP, 0);

function fitting<Row>(
  columns: readonly Column<Row>[],
  needed: Widths,
  width: number,
): readonly Column<Row>[] {
  const last = columns.at(-1);
  const wanted = Math.min(LAST_WIDTH, (last && needed.get(last)) ?? 0);
  if (width - before(columns, needed) >= wanted) return columns;
  const spare = columns.filter((column) => column.spare !== undefined);
  const worst = spare.sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0))[0];
  return worst === undefined
    ? columns
    : fitting(
        columns.filter((column) => column !== worst),
        needed,
        width,
      );
}
