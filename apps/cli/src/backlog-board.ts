import type { BoardColumn } from "@mosaic/fleet-core";
import type { Output } from "./output.ts";
import { cut, oneLine } from "./plain-text.ts";
import { table, type Column } from "./table.ts";

/** A column that is narrower shows hardly a title: then the columns stand below each other. */
const MIN_WIDTH = 20;
const DEFAULT_WIDTH = 120;

/** What a column is called where cards have no phase. */
export const columnName = ({ name }: BoardColumn): string => name ?? "(none)";

export function boardText(out: Output, columns: readonly BoardColumn[], width = DEFAULT_WIDTH): string {
  const share = Math.floor(width / Math.max(1, columns.length)) - 2;
  if (share < MIN_WIDTH) return columns.map((column) => sectionText(out, column, width)).join("\n");
  const rows = Math.max(0, ...columns.map(rowsOf));
  const heads = columns.map((column): Column<number> => ({
    head: cut(headOf(column), share),
    cell: (row) => cut(cellOf(column, row), share),
  }));
  return table(out, heads, [...Array(rows).keys()]);
}

const headOf = (column: BoardColumn): string =>
  `${oneLine(columnName(column))} ${String(column.count)}`.toUpperCase();

/** One for each card that is shown, and one that says how many are not. */
const rowsOf = ({ count, cards }: BoardColumn): number => cards.length + (count > cards.length ? 1 : 0);

function cellOf({ count, cards }: BoardColumn, row: number): string {
  const card = cards[row];
  if (card === undefined) return row === cards.length && count > row ? `and ${String(count - row)} more` : "";
  return `${card.id} ${card.owner === null ? "" : `@${oneLine(card.owner)} `}${oneLine(card.title)}`;
}

function sectionText(out: Output, column: BoardColumn, width: number): string {
  const rows = [...Array(rowsOf(column)).keys()];
  return [
    out.paint("dim", cut(headOf(column), width)),
    ...rows.map((row) => cut(`  ${cellOf(column, row)}`, width)),
  ].join("\n");
}
