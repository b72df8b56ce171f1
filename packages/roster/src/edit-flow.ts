import { isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { WrittenAgent } from "./roster.ts";
import { agentEntries, keyText, valueText, type AgentKey, type AgentValue } from "./seat-text.ts";
import { isBlank, lineEnding, lineHead, lineStart, lineTail, nextLine, type Splice } from "./splice.ts";

type FlowMap = YAMLMap<Node, Node | null>;

/** An entry of a flow collection, with the commas around it. */
interface Entry {
  readonly start: number;
  readonly end: number;
  readonly commaBefore: number | undefined;
  readonly commaAfter: number | undefined;
}

function flowEntries(collection: FlowMap | YAMLSeq<Node>): Entry[] {
  const token = collection.srcToken;
  const starts = token?.type === "flow-collection" ? token.items.map(({ start }) => start) : [];
  const comma = (index: number): number | undefined =>
    starts[index]?.find(({ type }) => type === "comma")?.offset;
  const nodes = isSeq(collection)
    ? collection.items.map((node) => [node, node] as const)
    : collection.items.map(({ key, value }) => [key, value ?? key] as const);
  return nodes.map(([first, last], index) => ({
    start: first.range?.[0] ?? 0,
    end: last.range?.[1] ?? 0,
    commaBefore: comma(index),
    commaAfter: comma(index + 1),
  }));
}

/** Nothing but a comma and a comment shares the entry's lines. */
const ownsItsLines = (text: string, { start, end }: Entry): boolean =>
  isBlank(lineHead(text, start)) && /^[ \t]*,?[ \t]*(?:#.*)?$/.test(lineTail(text, end));

function removeEntry(text: string, entries: readonly Entry[], index: number): Splice[] {
  const entry = entries[index];
  const next = entries[index + 1];
  const previous = entries[index - 1];
  if (!entry) return [];
  if (ownsItsLines(text, entry)) {
    const lines = { start: lineStart(text, entry.start), end: nextLine(text, entry.end), text: "" };
    // JSON has no comma behind its last entry.
    const comma = next || entry.commaAfter !== undefined ? undefined : entry.commaBefore;
    return comma === undefined ? [lines] : [{ start: comma, end: comma + 1, text: "" }, lines];
  }
  if (next) return [{ start: entry.start, end: next.start, text: "" }];
  return [{ start: previous?.end ?? entry.start, end: entry.end, text: "" }];
}

function addEntry(text: string, last: Entry, added: string): Splice[] {
  if (!ownsItsLines(text, last)) return [{ start: last.end, end: last.end, text: `, ${added}` }];
  const eol = lineEnding(text);
  const line = lineHead(text, last.start) + added;
  const end = last.end + lineTail(text, last.end).length;
  if (last.commaAfter !== undefined) return [{ start: end, end, text: `${eol}${line},` }];
  return [
    { start: last.end, end: last.end, text: "," },
    { start: end, end, text: eol + line },
  ];
}

/** The text of a whole seat, laid out as `like` is. */
function seatText(text: string, agent: WrittenAgent, like: Entry, json: boolean): string {
  const pairs = agentEntries(agent).map(
    ([key, value]) => `${keyText(key, json)}: ${valueText(value, { json })}`,
  );
  const old = text.slice(like.start, like.end);
  const [, inner] = /^\{[ \t]*\r?\n([ \t]*)\S/.exec(old) ?? [];
  if (inner === undefined) return /^\{\S/.test(old) ? `{${pairs.join(", ")}}` : `{ ${pairs.join(", ")} }`;
  const eol = lineEnding(text);
  const outer = /^[ \t]*/.exec(text.slice(lineStart(text, like.end - 1)))?.[0] ?? "";
  return `{${eol}${pairs.map((pair) => inner + pair).join(`,${eol}`)}${eol}${outer}}`;
}

export function addFlowSeat(text: string, seq: YAMLSeq<Node>, agent: WrittenAgent, json: boolean): Splice[] {
  const last = flowEntries(seq).at(-1);
  return last ? addEntry(text, last, seatText(text, agent, last, json)) : [];
}

export function removeFlowSeat(text: string, seq: YAMLSeq<Node>, index: number): Splice[] {
  return removeEntry(text, flowEntries(seq), index);
}

export function addFlowKey(
  text: string,
  map: FlowMap,
  key: AgentKey,
  value: AgentValue,
  json: boolean,
): Splice[] {
  const last = flowEntries(map).at(-1);
  return last ? addEntry(text, last, `${keyText(key, json)}: ${valueText(value, { json })}`) : [];
}

export function removeFlowKey(text: string, map: FlowMap, index: number): Splice[] {
  return removeEntry(text, flowEntries(map), index);
}

export function setFlowValue(
  { value: old }: Pair<Node, Node | null>,
  value: AgentValue,
  json: boolean,
): Splice[] {
  if (!old?.range) return [];
  const [start, end] = old.range;
  const style = isScalar(old) ? old.type : undefined;
  return [{ start, end, text: valueText(value, style === undefined ? { json } : { json, style }) }];
}
