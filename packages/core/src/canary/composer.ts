import { cells, graphemes, linesLeft, shown } from "./text.ts";
import type { Key } from "./keys.ts";

/** The draft of a message and the messages before it. */
export interface Composer {
  readonly text: string;
  /** Where the next character goes, in UTF-16 code units. */
  readonly cursor: number;
  /** The oldest first. */
  readonly history: readonly string[];
  /** The entry of the history that is shown; its length when the draft itself is. */
  readonly at: number;
  /** The draft, while an entry of the history is shown. */
  readonly draft: string;
}

/** A draft holds at most this many characters. */
export const MAX_DRAFT = 1_048_576;
const MAX_HISTORY = 100;
const MAX_HISTORY_TEXT = 65_536;

export const EMPTY_COMPOSER: Composer = { text: "", cursor: 0, history: [], at: 0, draft: "" };

const withText = (composer: Composer, text: string, cursor = text.length): Composer => ({
  ...composer,
  text,
  cursor,
});

/** The composer after one key that does not submit or leave. */
export function edit(composer: Composer, key: Key): Composer {
  const { text, cursor } = composer;
  switch (key.kind) {
    case "text":
    case "paste":
      return insert(composer, key.text);
    case "newline":
      return insert(composer, "\n");
    case "backspace":
      return remove(composer, before(text, cursor), cursor);
    case "delete":
      return remove(composer, cursor, after(text, cursor));
    case "delete-line":
      return remove(composer, lineStart(text, cursor), cursor);
    case "delete-word":
      return remove(composer, wordStart(text, cursor), cursor);
    case "left":
      return { ...composer, cursor: before(text, cursor) };
    case "right":
      return { ...composer, cursor: after(text, cursor) };
    case "home":
      return { ...composer, cursor: lineStart(text, cursor) };
    case "end":
      return { ...composer, cursor: lineEnd(text, cursor) };
    case "up":
      return up(composer);
    case "down":
      return down(composer);
    default:
      return composer;
  }
}

/** Empties the composer; what was in it becomes the last entry of the history. */
export function submit(composer: Composer): Composer {
  const { history, text } = composer;
  const keep = text.length <= MAX_HISTORY_TEXT && text !== "" && text !== history.at(-1);
  const next = keep ? [...history, text].slice(-MAX_HISTORY) : history;
  return { ...EMPTY_COMPOSER, history: next, at: next.length };
}

function insert(composer: Composer, added: string): Composer {
  const { text, cursor } = composer;
  const fits = added.slice(0, Math.max(0, MAX_DRAFT - text.length)).toWellFormed();
  return withText(composer, text.slice(0, cursor) + fits + text.slice(cursor), cursor + fits.length);
}

function remove(composer: Composer, from: number, to: number): Composer {
  return from === to
    ? composer
    : withText(composer, composer.text.slice(0, from) + composer.text.slice(to), from);
}

const lineStart = (text: string, cursor: number): number => text.lastIndexOf("\n", cursor - 1) + 1;

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end === -1 ? text.length : end;
}

/** No grapheme that people write is longer, in code units. */
const NEAR = 64;

function before(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  if (text[cursor - 1] === "\n") return cursor - 1;
  const near = text.slice(Math.max(lineStart(text, cursor), cursor - NEAR), cursor);
  return cursor - ([...graphemes(near)].at(-1)?.length ?? 0);
}

function after(text: string, cursor: number): number {
  const [first = ""] = graphemes(text.slice(cursor, cursor + NEAR));
  return cursor + first.length;
}

function wordStart(text: string, cursor: number): number {
  const head = text.slice(0, cursor).trimEnd();
  return Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n"), head.lastIndexOf("\t")) + 1;
}

function up(composer: Composer): Composer {
  const { text, cursor } = composer;
  const start = lineStart(text, cursor);
  if (start === 0) return recall(composer, composer.at - 1);
  const column = cursor - start;
  const above = lineStart(text, start - 1);
  return { ...composer, cursor: Math.min(above + column, start - 1) };
}

function down(composer: Composer): Composer {
  const { text, cursor } = composer;
  const end = lineEnd(text, cursor);
  if (end === text.length) return recall(composer, composer.at + 1);
  const column = cursor - lineStart(text, cursor);
  return { ...composer, cursor: Math.min(end + 1 + column, lineEnd(text, end + 1)) };
}

function recall(composer: Composer, at: number): Composer {
  const { history } = composer;
  if (at < 0 || at > history.length) return composer;
  const draft = composer.at === history.length ? composer.text : composer.draft;
  return { ...withText(composer, at === history.length ? draft : (history[at] ?? "")), at, draft };
}

/** The rows of a draft that are shown, and where the cursor stands among them. */
export interface DraftRows {
  readonly rows: readonly string[];
  /** The row, and what stands before the cursor in it. */
  readonly cursor: { readonly row: number; readonly before: string };
}

/**
 * The first rows of the draft: what a message begins with stays visible however long it is. A draft of blanks alone
 * shows them as dots, so that it does not look empty.
 *
 * @param width - Of a row, in cells.
 * @param limit - The most rows there may be, the one that says how much is left out included.
 */
export function draftRows({ text, cursor }: Composer, width: number, limit: number): DraftRows {
  const blank = text.trim() === "";
  const display = (part: string): string =>
    blank ? part.replaceAll("\t", "  ").replace(/[^\n]/gu, "·") : part.replaceAll("\t", "  ");
  const spans = rowSpans(text, width, limit + 1);
  const all = spans.length <= limit;
  const kept = all ? spans : spans.slice(0, limit - 1);
  const rows = kept.map(([from, to]) => display(text.slice(from, to)));
  const row = spans.findLastIndex(([from]) => from <= cursor);
  const [from = 0, to = 0] = kept[row] ?? [];
  if (row < kept.length && (all || cursor <= to))
    return {
      rows: all ? rows : [...rows, more()],
      cursor: { row, before: display(text.slice(from, cursor)) },
    };
  return { rows: [...rows, more()], cursor: { row: kept.length, before: more() } };

  function more(): string {
    return linesLeft(text.slice(spans[limit - 1]?.[0]).split("\n").length);
  }
}

/** Where the first `limit` rows of a text begin and end, in code units; a row's newline is in none. */
function rowSpans(text: string, width: number, limit: number): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let from = 0;
  let at = 0;
  let used = 0;
  const close = (next: number): void => {
    spans.push([from, at]);
    from = next;
    used = 0;
  };
  for (const grapheme of graphemes(text)) {
    const size = grapheme === "\n" ? 0 : cells(shown(grapheme));
    if (grapheme === "\n") close(at + 1);
    else if (used > 0 && used + size > width) close(at);
    if (spans.length === limit) return spans;
    used += size;
    at += grapheme.length;
  }
  close(at);
  return spans;
}
