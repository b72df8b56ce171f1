import stringWidth from "string-width";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const PLAIN = /^[\x20-\x7e]*$/;

/** The characters as a reader counts them; a tab is two blanks. */
export function* graphemes(text: string): Generator<string> {
  if (PLAIN.test(text)) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

/** How a grapheme is shown: a tab has no width of its own. */
export const shown = (grapheme: string): string => (grapheme === "\t" ? "  " : grapheme);

/**
 * The most cells a terminal may take for a text. Terminals disagree about joined emoji and flags: counting the parts
 * as well makes a row too short rather than too long.
 */
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const grapheme of graphemes(text)) {
    const display = shown(grapheme);
    const parts = Array.from(display).reduce((width, part) => width + stringWidth(part), 0);
    sum += Math.max(stringWidth(display), parts);
  }
  return sum;
}

/** The head of a line that fits into `width` cells; what is left out is marked by `…`. */
export function cut(line: string, width: number): string {
  let head = "";
  let used = 0;
  // A longer head than this cannot fit, whatever it consists of: no need to look at all of a long line.
  const candidate = line.slice(0, Math.max(0, width) * 32 + 32);
  for (const grapheme of graphemes(candidate)) {
    const size = cells(grapheme);
    if (used + size > width) return `${shorten(head, used, width)}…`;
    head += shown(grapheme);
    used += size;
  }
  return candidate.length < line.length ? `${shorten(head, used, width)}…` : head;
}

/** Leaves room for the mark: what goes may have no width of its own. */
function shorten(head: string, used: number, width: number): string {
  const kept = [...graphemes(head)];
  for (let left = used; left >= width && kept.length > 0;) left -= cells(kept.pop() ?? "");
  return kept.join("");
}

/** `… +3 lines`: what stands in the place of the lines that are not shown. */
export const linesLeft = (count: number): string => `… +${String(count)} ${count === 1 ? "line" : "lines"}`;

/**
 * Rows of at most `width` cells, broken at blanks where that is possible.
 *
 * @param limit - The most rows there may be, the one that says how much is left out included.
 */
export function wrap(text: string, width: number, limit = Number.POSITIVE_INFINITY): string[] {
  const rows: { readonly row: string; readonly line: number }[] = [];
  const lines = text.split("\n");
  for (const [line, content] of lines.entries()) {
    for (const row of wrapLine(content, width)) {
      rows.push({ row, line });
      if (rows.length <= limit) continue;
      const kept = rows.slice(0, limit - 1).map((one) => one.row);
      return [...kept, linesLeft(lines.length - (rows[limit - 1]?.line ?? 0))];
    }
  }
  return rows.map(({ row }) => row);
}

function* wrapLine(line: string, width: number): Generator<string> {
  let row = "";
  let used = 0;
  // Where the last blank of the row ends, in code units and in cells.
  let blank = { at: 0, used: 0 };
  for (const grapheme of graphemes(line)) {
    const size = cells(grapheme);
    let ends = false;
    // Twice where what stands behind the blank leaves no room either.
    while (used + size > width && used > 0) {
      const breaks = blank.at > 0 && grapheme !== " ";
      yield (breaks ? row.slice(0, blank.at) : row).trimEnd();
      row = breaks ? row.slice(blank.at) : "";
      used = breaks ? used - blank.used : 0;
      blank = { at: 0, used: 0 };
      ends = true;
    }
    if (ends && grapheme === " ") continue;
    row += shown(grapheme);
    used += size;
    if (grapheme === " ") blank = { at: row.length, used };
  }
  yield row;
}
