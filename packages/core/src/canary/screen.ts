import type { HeartbeatState } from "@mosaic/fleet-model";
import type { Entry } from "./agent.ts";
import { draftRows, type Composer } from "./composer.ts";
import type { Frame } from "./live.ts";
import { cells, cut, wrap } from "./text.ts";

type Style = "dim" | "bold" | "cyan" | "green" | "yellow" | "red";
export type Paint = (style: Style, text: string) => string;

/** What the lines at the bottom of the screen show. */
export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly state: HeartbeatState;
  readonly turns: number;
  readonly queued: number;
  readonly muted: boolean;
  readonly dialog: string | null;
  readonly composer: Composer;
  /** How long the agent is busy, in milliseconds; undefined when it is not. */
  readonly busyMs: number | undefined;
  /** Stands in the place of the hints. */
  readonly notice: string | undefined;
}

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
export const SPINNER_MS = 100;
const MAX_COMPOSER_ROWS = 6;
const MAX_MESSAGE_ROWS = 10;
const MAX_HEADER_ROWS = 3;
const STATE_STYLE = { starting: "dim", idle: "green", busy: "cyan", blocked: "yellow" } as const;

/**
 * The last column stays free, so that no line wraps by itself. Everything but rules, prompt and question is
 * indented: a screen can then be read by the first column alone.
 */
export function frameOf(view: View, paint: Paint): Frame {
  const width = Math.max(1, view.columns - 1);
  const rule = paint(view.dialog === null ? "dim" : "yellow", "─".repeat(width));
  const { rows, cursor } =
    view.dialog === null ? composerRows(view, paint) : dialogRows(view, view.dialog, paint);
  const spinner = view.busyMs === undefined || view.rows < 6 ? [] : [spinnerLine(view.busyMs, width, paint)];
  return {
    lines: [...spinner, rule, ...rows, rule, statusLine(view, width, paint)],
    cursor: { line: spinner.length + 1 + cursor.line, before: cursor.before },
  };
}

interface Rows {
  readonly rows: readonly string[];
  readonly cursor: Frame["cursor"];
}

const textWidth = ({ columns }: View): number => Math.max(2, columns - 3);
const rowLimit = ({ rows }: View): number => Math.max(2, Math.min(MAX_COMPOSER_ROWS, rows - 5));

function composerRows(view: View, paint: Paint): Rows {
  const { rows, cursor } = draftRows(view.composer, textWidth(view), rowLimit(view));
  const prompt = paint(view.state === "busy" ? "dim" : "cyan", "›");
  const lead = (row: number): string => (row === 0 ? `${prompt} ` : "  ");
  return {
    rows: rows.map((row, at) => `${lead(at)}${row}`),
    cursor: { line: cursor.row, before: `${lead(cursor.row)}${cursor.before}` },
  };
}

function dialogRows(view: View, dialog: string, paint: Paint): Rows {
  const reason = wrap(dialog, textWidth(view), Math.max(1, rowLimit(view) - 1));
  const rows = reason.map((row, at) =>
    at === 0 ? `${paint("yellow", "?")} ${paint("bold", row)}` : `  ${paint("bold", row)}`,
  );
  const choice = "  Allow? y/n";
  return { rows: [...rows, choice], cursor: { line: rows.length, before: choice } };
}

function spinnerLine(busyMs: number, width: number, paint: Paint): string {
  const sign = SPINNER[Math.floor(busyMs / SPINNER_MS) % SPINNER.length] ?? "";
  return `  ${paint("cyan", sign)} ${paint("dim", cut(`working · ${String(Math.floor(busyMs / 1_000))} s`, Math.max(1, width - 4)))}`;
}

function statusLine(
  { state, turns, queued, muted, dialog, notice }: View,
  width: number,
  paint: Paint,
): string {
  const parts = [state, `${String(turns)} ${turns === 1 ? "turn" : "turns"}`];
  if (queued > 0) parts.push(`${String(queued)} queued`);
  if (muted) parts.push("muted");
  const left = cut(`  ${parts.join(" · ")}`, width);
  const hint = notice ?? (dialog === null ? "help · ctrl-d leaves" : "waiting for you");
  const gap = width - cells(left) - cells(hint);
  const right = gap >= 2 ? `${" ".repeat(gap)}${paint(notice === undefined ? "dim" : "yellow", hint)}` : "";
  const coloured = left.startsWith(`  ${state} `)
    ? `  ${paint(STATE_STYLE[state], state)}${paint("dim", left.slice(2 + state.length))}`
    : left;
  return `${coloured}${right}`;
}

/** The lines of one entry of the transcript, and a blank one after it. */
export function entryLines(entry: Entry, columns: number, paint: Paint): string[] {
  const width = Math.max(2, columns - 3);
  switch (entry.kind) {
    case "message": {
      const bar = paint("dim", "▌");
      const header =
        entry.header === undefined
          ? []
          : wrap(entry.header, width, MAX_HEADER_ROWS).map((row) => paint("dim", row));
      const remark = entry.remark === undefined ? [] : [`  ${paint("dim", cut(entry.remark, width))}`];
      const text = wrap(entry.text.trimEnd(), width, MAX_MESSAGE_ROWS);
      return [...[...header, ...text].map((row) => `${bar} ${row}`.trimEnd()), ...remark, ""];
    }
    case "answer":
      return [
        ...wrap(entry.text, width).map((row, at) =>
          at === 0 ? `${paint("green", "●")} ${row}` : `  ${row}`,
        ),
        "",
      ];
    case "note":
      return [...wrap(entry.text, width).map((row) => `  ${paint("dim", row)}`), ""];
  }
}

/** What the canary says of itself when it starts. */
export function bannerLines(
  o: { agent: string; host: string; reports: boolean; columns: number },
  paint: Paint,
): string[] {
  const width = Math.max(2, o.columns - 6);
  const fit = (text: string): string => cut(text, width);
  const name = fit("Mosaic canary");
  const rest = [
    fit(`${o.agent} on ${o.host}`),
    fit("no model: it answers by rule"),
    ...(o.reports ? [] : [fit("outside a fleet: nothing is reported")]),
  ];
  return [
    "",
    `  ${paint("yellow", "◆")} ${paint("bold", name)}`,
    ...rest.map((row) => `    ${paint("dim", row)}`),
    "",
  ];
}
