import { isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { agentEntries, valueText, type AgentKey, type AgentValue } from "./seat-text.ts";
import type { WrittenAgent } from "./roster.ts";
import {
  indentOf,
  isBlank,
  lineEnding,
  lineHead,
  lineStart,
  lineTail,
  nextLine,
  trimBack,
  type Splice,
} from "./splice.ts";

const NOTATION = { json: false } as const;

const startOf = (node: Node): number => node.range?.[0] ?? 0;
const endOf = (node: Node): number => node.range?.[1] ?? 0;

/** Offset of the `-` of each item; undefined when an item does not begin its own line. */
function dashes(text: string, seq: YAMLSeq): number[] | undefined {
  const token = seq.srcToken;
  if (token?.type !== "block-seq") return undefined;
  const offsets = token.items.map(
    ({ start }) => start.find(({ type }) => type === "seq-item-ind")?.offset ?? -1,
  );
  return offsets.every((offset) => offset >= 0 && isBlank(lineHead(text, offset))) ? offsets : undefined;
}

const isComment = (line: string): boolean => /^[ \t]*#/.test(line);

/** The lines of a seat: comments right above it at its indent, and comments below it that are indented deeper. */
function seatLines(text: string, dash: number, node: Node): { start: number; end: number } {
  const indent = lineHead(text, dash).length;
  let start = lineStart(text, dash);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = lineTail(text, above);
    if (!isComment(line) || indentOf(line) !== indent) break;
    start = above;
  }
  let end = nextLine(text, trimBack(text, endOf(node)));
  while (end < text.length) {
    const line = lineTail(text, end);
    if (!isComment(line) || indentOf(line) <= indent) break;
    end = nextLine(text, end);
  }
  return { start, end };
}

const blankLineBefore = (text: string, offset: number): boolean =>
  offset > 0 && isBlank(lineTail(text, lineStart(text, offset - 1)));

/** @returns undefined when the layout is one that only a person can edit. */
export function removeSeatLines(text: string, seq: YAMLSeq<Node>, index: number): Splice[] | undefined {
  const dash = dashes(text, seq)?.[index];
  const node = seq.items[index];
  if (dash === undefined || !node) return undefined;
  let { start, end } = seatLines(text, dash, node);
  // The blank lines above a seat part it from the one before; those below the first part it from the second.
  if (index > 0) while (blankLineBefore(text, start)) start = lineStart(text, start - 1);
  else while (end < text.length && isBlank(lineTail(text, end))) end = nextLine(text, end);
  return [{ start, end, text: "" }];
}

/** The new seat's lines behind `offset`, which is the start of a line or the end of the text. */
function linesAt(text: string, offset: number, lines: readonly string[]): Splice {
  const eol = lineEnding(text);
  const open = offset > 0 && text[offset - 1] !== "\n";
  const block = lines.join(eol);
  return { start: offset, end: offset, text: open ? eol + block : block + eol };
}

/** @returns as {@link removeSeatLines}. */
export function addSeatLines(text: string, seq: YAMLSeq<Node>, agent: WrittenAgent): Splice[] | undefined {
  const offsets = dashes(text, seq);
  const dash = offsets?.at(-1);
  const node = seq.items.at(-1);
  if (offsets === undefined || dash === undefined || !node) return undefined;
  const indent = lineHead(text, dash);
  const { start, end } = seatLines(text, dash, node);
  const gap = lineStart(text, dash) === lineStart(text, startOf(node)) ? startOf(node) - dash : 2;
  const lines = agentEntries(agent).map(([key, value], position) => {
    const head = position === 0 ? `-${" ".repeat(gap - 1)}` : " ".repeat(gap);
    return `${indent}${head}${key}: ${valueText(value, NOTATION)}`;
  });
  const spaced = offsets.length > 1 && blankLineBefore(text, start);
  return [linesAt(text, end, spaced ? ["", ...lines] : lines)];
}

/** @returns as {@link removeSeatLines}. */
export function setBlockValue(
  text: string,
  pair: Pair<Node, Node | null>,
  value: AgentValue,
): Splice[] | undefined {
  const old = pair.value;
  if (!old) return undefined;
  const range = { start: startOf(old), end: trimBack(text, endOf(old)) };
  if (isSeq(old) && old.flow !== true && typeof value === "object") {
    const [indent, eol] = [lineHead(text, range.start), lineEnding(text)];
    if (!isBlank(indent)) return undefined;
    // A list that is empty has no block form.
    if (value.length > 0)
      return [{ ...range, text: value.map((entry) => `- ${valueText(entry, NOTATION)}`).join(eol + indent) }];
  }
  const style = isScalar(old) ? old.type : undefined;
  return [{ ...range, text: valueText(value, style === undefined ? NOTATION : { ...NOTATION, style }) }];
}

/** Adds a key behind the last of the seat. */
export function addBlockKey(
  text: string,
  map: YAMLMap<Node, Node | null>,
  key: AgentKey,
  value: AgentValue,
): Splice {
  const last = map.items.at(-1);
  const end = nextLine(text, trimBack(text, last ? endOf(last.value ?? last.key) : endOf(map)));
  const indent = " ".repeat(startOf(map) - lineStart(text, startOf(map)));
  return linesAt(text, end, [`${indent}${key}: ${valueText(value, NOTATION)}`]);
}

/** @returns as {@link removeSeatLines}. */
export function removeBlockKey(
  text: string,
  map: YAMLMap<Node, Node | null>,
  index: number,
): Splice[] | undefined {
  const pair = map.items[index];
  const next = map.items[index + 1];
  if (!pair) return undefined;
  const start = startOf(pair.key);
  const end = nextLine(text, trimBack(text, endOf(pair.value ?? pair.key)));
  if (isBlank(lineHead(text, start))) return [{ start: lineStart(text, start), end, text: "" }];
  // The first key shares its line with the dash, which stays.
  return next ? [{ start, end: end + indentOf(text.slice(end)), text: "" }] : undefined;
}
