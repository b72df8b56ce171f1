import { NO_SCREEN, type RuntimeAdapter, type ScreenState } from "./runtime-adapter.ts";
import { mosaicRuns } from "./runtime-process.ts";
import { filledLines } from "./runtime-screen.ts";

/** The line above and below the composer. Nothing else of the canary draws it in the first column. */
const RULE = /^─+$/;
const PROMPT = "›";
/** What a dialog's first row begins with, where the composer stood. */
const QUESTION = "?";
/** The last row of a dialog, which says what may be pressed. */
const CHOICE = /^ {2}Allow\? y\/n$/;
/** The last row of a draft that is too long to be shown. */
const MORE = /^ {2}… \+\d+ lines?$/;
/** The line under the composer. */
const STATUS = /^ {2}(?:starting|idle|busy|blocked) · \d+ turns?(?: |$)/;

/**
 * Rule, composer or dialog, rule, status. Only the last lines count, and only in their whole shape, so that nothing
 * in the transcript is taken for the composer. A row that the canary wrapped and a line of the draft look the same.
 */
function look(screen: string): ScreenState {
  const lines = filledLines(screen).map(({ text }) => text);
  const status = lines.pop() ?? "";
  const below = lines.pop() ?? "";
  if (!STATUS.test(status) || !RULE.test(below)) return NO_SCREEN;
  const above = lines.findLastIndex((line) => RULE.test(line));
  const [first, ...rest] = above === -1 ? [] : lines.slice(above + 1);
  if (first === undefined || !rest.every((row) => row === "" || row.startsWith("  "))) return NO_SCREEN;
  const text = (mark: string, rows: readonly string[]): string =>
    [first.slice(mark.length).replace(/^ /, ""), ...rows.map((row) => row.slice(2))].join("\n");
  const begins = (mark: string): boolean => first === mark || first.startsWith(`${mark} `);
  const last = rest.at(-1) ?? "";
  const busy = status.startsWith("  busy");
  if (begins(PROMPT)) {
    const cut = MORE.test(last);
    const rows = cut ? rest.slice(0, -1) : rest;
    return { ...NO_SCREEN, composer: text(PROMPT, rows), hidden: cut ? "below" : undefined, busy };
  }
  if (begins(QUESTION) && CHOICE.test(last)) {
    return { ...NO_SCREEN, dialog: text(QUESTION, rest.slice(0, -1)), busy };
  }
  return NO_SCREEN;
}

/** The built-in runtime, which needs no model. */
export const CANARY: RuntimeAdapter = {
  name: "canary",
  process: mosaicRuns("canary"),
  startMarker: /^›/m,
  clearCommand: "/clear",
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  printsEveryMs: null,
  look,
};
