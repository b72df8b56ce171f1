import type { Backlog, Card } from "@mosaic/fleet-core";
import { painted, stateOf } from "./backlog-text.ts";
import type { Output } from "./output.ts";
import { cut, oneLine } from "./plain-text.ts";

/** How many cards a graph has unless all are asked for, and how many are read at once. */
const PAGE = 1_000;

export interface GraphCards {
  readonly cards: readonly Card[];
  /** How many there are beside them. */
  readonly leftOut: { readonly done: number; readonly open: number };
}

/** The first cards that are not done, or all there are. */
export async function graphCards(backlog: Backlog, all: boolean): Promise<GraphCards> {
  if (all) return { cards: await allCards(backlog), leftOut: { done: 0, open: 0 } };
  const { cards, next } = await backlog.list({ open_only: true, limit: PAGE });
  const { cards: total, by_status } = await backlog.stats();
  const open = next === null ? 0 : total - by_status.done - cards.length;
  return { cards, leftOut: { done: by_status.done, open } };
}

async function allCards(backlog: Backlog): Promise<Card[]> {
  const cards: Card[] = [];
  for (let after: string | null = null; ;) {
    const page = await backlog.list({ limit: PAGE, after });
    cards.push(...page.cards);
    if (page.next === null) return cards;
    after = page.next;
  }
}

/** What a graph does not show, as a remark; undefined when it shows all. */
export function leftOutText({ leftOut: { done, open } }: GraphCards): string | undefined {
  const parts = [
    ...(open > 0 ? [`${String(open)} more that are not done`] : []),
    ...(done > 0 ? [`${String(done)} that ${done === 1 ? "is" : "are"} done`] : []),
  ];
  return parts.length === 0 ? undefined : `Left out: ${parts.join(", ")}. All of them: --all`;
}

/** @param width - Of the terminal; undefined in a pipe, where nothing is cut. */
export function graphText(
  out: Output,
  cards: readonly Card[],
  format: "tree" | "dot" | "mermaid",
  width?: number,
): string {
  if (format === "tree") return treeText(out, cards, width);
  const shown = new Set(cards.map(({ id }) => id));
  const edges = cards.flatMap(({ id, depends_on }) =>
    depends_on.filter((on) => shown.has(on)).map((on) => [id, on] as const),
  );
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
