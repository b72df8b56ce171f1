import { cells } from "./text.ts";

/** The lines at the bottom of the screen that are drawn again and again; each fits into one row. */
export interface Frame {
  readonly lines: readonly string[];
  /** The line the cursor is in, and what stands before it there, as it is drawn. */
  readonly cursor: { readonly line: number; readonly before: string };
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
// A row that a terminal takes for wider than we do is cut at the edge instead of running into the next.
const WRAP_OFF = "\x1b[?7l";
const WRAP_ON = "\x1b[?7h";
const ERASE_LINE = "\x1b[K";
const ERASE_BELOW = "\x1b[J";

const rowsDown = (count: number): string => {
  if (count === 0) return "";
  return `\x1b[${String(Math.abs(count))}${count > 0 ? "B" : "A"}`;
};

/**
 * What turns the screen from one frame into the next; empty when nothing changed. A line is overwritten and then
 * erased to its end, so that a look in between sees the old or the new one, never an empty composer that has a draft.
 *
 * @param above - New lines of the transcript, which scroll away above the frame.
 */
export function paint(from: Frame | undefined, to: Frame, above: readonly string[]): string {
  const move = from ? `\r${rowsDown(-from.cursor.line)}` : "\r";
  const same = from?.lines.length === to.lines.length && above.length === 0;
  if (same && from.lines.every((line, at) => line === to.lines[at]) && sameCursor(from, to)) return "";
  let out = `${HIDE_CURSOR}${WRAP_OFF}${move}`;
  let row = 0;
  if (same) {
    for (const [at, line] of to.lines.entries()) {
      if (line === from.lines[at]) continue;
      out += `${rowsDown(at - row)}\r${line}${ERASE_LINE}`;
      row = at;
    }
  } else {
    out += `${[...above, ...to.lines].map((line) => `${line}${ERASE_LINE}`).join("\r\n")}${ERASE_BELOW}`;
    row = to.lines.length - 1;
  }
  return `${out}${rowsDown(to.cursor.line - row)}\r${to.cursor.before}${WRAP_ON}${SHOW_CURSOR}`;
}

const sameCursor = (a: Frame, b: Frame): boolean =>
  a.cursor.line === b.cursor.line && a.cursor.before === b.cursor.before;

/**
 * Takes the frame off the screen and leaves the cursor where it began. A terminal that became narrower has broken
 * its lines into more rows.
 */
export function erase(frame: Frame, columns: number, plain: (line: string) => string): string {
  const width = (line: string): number => cells(plain(line));
  const rows = frame.lines
    .slice(0, frame.cursor.line)
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
  return `\r${rowsDown(-rows - Math.floor(width(frame.cursor.before) / columns))}${ERASE_BELOW}`;
}
