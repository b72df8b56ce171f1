import type { Backlog, Card } from "@mosaic/fleet-core";
import { painted, stateOf } from "./backlog-text.ts";
import type { Output } from "./output.ts";
import { cut, oneLine } from "./plain-text.ts";
import { table, type Column } from "./table.ts";

const PAGE = 1_000;

export async function allCards(backlog: Backlog): Promise<Card[]> {
  const cards: Card[] = [];
  for (let after: string | null = null; ;) {
    const page = await backlog.list({ limit: PAGE, after });
    cards.push(...page.cards);
    if (page.next === null) return cards;
    after = page.next;
  }
}

/** @param width - Of the terminal; undefined in a pipe, where nothing is cut. */
export function graphText(
  out: Output,
  cards: readonly Card[],
  format: "tree" | "dot" | "mermaid",
  width?: number,
): string {
  if (format === "tree") return treeText(out, cards, width);
  const edges = cards.flatMap(({ id, depends_on }) => depends_on.map((on) => [id, on] as const));
  const label = ({ id, title }: Card): string => `${id} ${oneLine(title)}`;
  if (format === "dot") {
    const nodes = cards.map((card) => `  ${JSON.stringify(card.id)} [label=${JSON.stringify(label(card))}];`);
    const arrows = edges.map(([from, to]) => `  ${JSON.stringify(from)} -> ${JSON.stringify(to)};`);
    return ["digraph backlog {", "  rankdir=RL;", ...nodes, ...arrows, "}"].join("\n");
  }
  const names = new Map(cards.map(({ id }, index) => [id, `c${String(index)}`]));
  const quoted = (text: string): string => `"${text.replaceAll('"', "#quot;")}"`;
  return [
    "graph RL",
    ...cards.map((card) => `  ${names.get(card.id) ?? ""}[${quoted(label(card))}]`),
    ...edges.map(([from, to]) => `  ${names.get(from) ?? ""} --> ${names.get(to) ?? ""}`),
  ].join("\n");
}

/** Each card that nobody waits for, with what it waits for below it. A card is unfolded once. */
function treeText(out: Output, cards: readonly Card[], width = Number.POSITIVE_INFINITY): string {
  const byId = new Map(cards.map((card) => [card.id, card]));
  const waitedFor = new Set(cards.flatMap(({ depends_on }) => depends_on));
  const unfolded = new Set<string>();
  const lines: string[] = [];
  // A stack and not a recursion: a chain of cards may be longer than a call stack.
  const stack = cards
    .filter(({ id }) => !waitedFor.has(id))
    .map((card) => ({ card, lead: "", below: "" }))
    .reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { card, lead, below } = next;
    const again = card.depends_on.length > 0 && unfolded.has(card.id) ? " (see above)" : "";
    const state = stateOf(card);
    const rest = width - `${lead}${card.id} ${state}  ${again}`.length;
    const title = cut(oneLine(card.title), Math.max(1, rest));
    lines.push(`${lead}${card.id} ${painted(out, card, state)}  ${title}${again}`);
    if (again !== "") continue;
    unfolded.add(card.id);
    const children = card.depends_on.flatMap((id) => byId.get(id) ?? []);
    const entries = children.map((child, index) => {
      const last = index === children.length - 1;
      return {
        card: child,
        lead: `${below}${last ? "└─ " : "├─ "}`,
        below: `${below}${last ? "   " : "│  "}`,
      };
    });
    stack.push(...entries.reverse());
  }
  return lines.join("\n");
}

interface BoardColumn {
  readonly name: string;
  readonly cards: readonly { readonly id: string; readonly title: string; readonly owner: string | null }[];
}

const STATES = ["blocked", "waiting", "ready", "claimed", "done"];

export function boardColumns(cards: readonly Card[], by: "status" | "phase"): BoardColumn[] {
  const columns = new Map<string, Card[]>(by === "status" ? STATES.map((name) => [name, []]) : []);
  for (const card of cards) {
    const name = by === "status" ? stateOf(card) : (card.phase ?? "(none)");
    const column = columns.get(name);
    if (column === undefined) columns.set(name, [card]);
    else column.push(card);
  }
  return [...columns].map(([name, of]) => ({
    name,
    cards: of.map(({ id, title, claim_owner }) => ({ id, title, owner: claim_owner })),
  }));
}

/** A column that is narrower shows hardly a title: then the columns stand below each other. */
const MIN_WIDTH = 20;
const DEFAULT_WIDTH = 120;
const MOST_ROWS = 30;

export function boardText(out: Output, columns: readonly BoardColumn[], width = DEFAULT_WIDTH): string {
  const share = Math.floor(width / Math.max(1, columns.length)) - 2;
  if (share < MIN_WIDTH) return columns.map((column) => sectionText(out, column, width)).join("\n");
  const rows = Math.min(MOST_ROWS, Math.max(0, ...columns.map(({ cards }) => cards.length)));
  const heads = columns.map((column): Column<number> => ({
    head: cut(headOf(column), share),
    cell: (row) => cut(cellOf(column, row), share),
  }));
  return table(out, heads, [...Array(rows).keys()]);
}

const headOf = ({ name, cards }: BoardColumn): string =>
  `${oneLine(name)} ${String(cards.length)}`.toUpperCase();

function cellOf({ cards }: BoardColumn, row: number): string {
  const card = cards[row];
  if (card === undefined) return "";
  if (row === MOST_ROWS - 1 && cards.length > MOST_ROWS) return `and ${String(cards.length - row)} more`;
  return `${card.id} ${card.owner === null ? "" : `@${oneLine(card.owner)} `}${oneLine(card.title)}`;
}

function sectionText(out: Output, column: BoardColumn, width: number): string {
  const rows = [...Array(Math.min(MOST_ROWS, column.cards.length)).keys()];
  return [
    out.paint("dim", cut(headOf(column), width)),
    ...rows.map((row) => cut(`  ${cellOf(column, row)}`, width)),
  ].join("\n");
}
