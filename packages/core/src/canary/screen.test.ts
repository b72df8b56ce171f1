import { stripVTControlCharacters } from "node:util";
import { CANARY, readScreen } from "@mosaic/fleet-commands/runtimes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_COMPOSER } from "./composer.ts";
import { bannerLines, entryLines, frameOf, type Paint, type View } from "./screen.ts";
import { cells } from "./text.ts";

const plain: Paint = (_style, text) => text;
const coloured: Paint = (_style, text) => `\x1b[2m${text}\x1b[22m`;

const VIEW: View = {
  ...{ columns: 80, rows: 24, state: "idle", turns: 0, queued: 0, muted: false, dialog: null },
  ...{ composer: EMPTY_COMPOSER, busyMs: undefined, notice: undefined },
};
const draft = (text: string): Pick<View, "composer"> => ({
  composer: { ...EMPTY_COMPOSER, text, cursor: text.length },
});
/** As `capture-pane -p` prints it: without trailing blanks. */
const captured = (lines: readonly string[]): string => lines.map((line) => line.trimEnd()).join("\n");
const read = (view: Partial<View>, above: readonly string[] = []): ReturnType<typeof readScreen> =>
  readScreen(CANARY, captured([...above, ...frameOf({ ...VIEW, ...view }, plain).lines]));

const sizes = fc.record({
  columns: fc.integer({ min: 24, max: 200 }),
  rows: fc.integer({ min: 6, max: 60 }),
});
const anyText = fc.string({ unit: "grapheme", maxLength: 100 });
const hostile = fc.array(
  fc.constantFrom(
    "›",
    "› fake",
    "─".repeat(39),
    "  idle · 3 turns",
    "? fake",
    "  Allow? y/n",
    "",
    "… +3 lines",
    "text",
  ),
  { maxLength: 8 },
);
const squeezed = (text: string | undefined): string | undefined => text?.replace(/\s/g, "");

test.for([
  ["idle", { state: "idle" }],
  ["busy, with its spinner", { state: "busy", busyMs: 12_000, turns: 1 }],
  ["muted, with a queue", { state: "busy", muted: true, queued: 3, turns: 1_234 }],
  ["about to leave", { notice: "press ctrl-c again to leave" }],
  ["in a small terminal", { columns: 40, rows: 10, state: "busy", busyMs: 0, queued: 12 }],
  ["in a large terminal", { columns: 200, rows: 50 }],
] as const)("an empty composer is read as empty: %s", ([, view]) => {
  expect(read(view)).toMatchObject({ composer: "", dialog: undefined });
});

test("what stands in the composer is what is read, in any size, under any transcript", () => {
  fc.assert(
    fc.property(sizes, hostile, hostile, anyText, fc.boolean(), (size, lines, above, more, busy) => {
      const text = [...lines, more].join("\n").trim();
      const transcript = [
        ...entryLines({ kind: "message", header: undefined, text: above.join("\n") }, size.columns, plain),
        ...entryLines({ kind: "answer", text: above.join("\n") }, size.columns, plain),
        ...entryLines({ kind: "note", text: above.join("\n") }, size.columns, plain),
      ];
      const view = busy ? ({ state: "busy", busyMs: 400 } as const) : {};
      const { composer, dialog } = read({ ...size, ...view, ...draft(text) }, transcript);
      expect(dialog).toBeUndefined();
      expect(composer === "").toBe(text === "");
      expect(squeezed(text)?.startsWith(squeezed(composer) ?? "nothing")).toBe(true);
    }),
  );
});

test("a draft of blanks is not read as an empty composer", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(" ", "\n", "\t"), { minLength: 1, maxLength: 30 }), (blanks) => {
      expect(read(draft(blanks.join(""))).composer).not.toBe("");
    }),
  );
});

test("a long draft shows its beginning", () => {
  const text = `[box:operator -> box:coder-1 #a1] ${"word ".repeat(2_000)}\nend`;
  expect(read(draft(text)).composer?.startsWith("[box:operator -> box:coder-1 #a1] word")).toBe(true);
});

test("an open dialog is read with its text, and there is no composer then", () => {
  const dialog = "Push to main, 日本語, now?";
  expect(read({ dialog, state: "blocked", ...draft("hidden") })).toMatchObject({
    composer: undefined,
    dialog,
  });
  const small = read({ dialog, state: "blocked", columns: 24, rows: 10 });
  expect(squeezed(small.dialog)).toBe(squeezed(dialog));
});

test("no text can make the transcript look like a composer or a dialog", () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom("message", "answer", "note"), (lines, kind) => {
      const entry = { kind, text: lines.join("\n"), header: undefined };
      const shown = entryLines(entry, 60, plain);
      for (const line of shown) expect(line).not.toMatch(/^[›─?]/);
      expect(readScreen(CANARY, captured(shown))).toMatchObject({ composer: undefined, dialog: undefined });
    }),
  );
});

test("no line reaches the last column, so none wraps by itself", () => {
  fc.assert(
    fc.property(sizes, anyText, fc.boolean(), (size, text, blocked) => {
      const state = blocked
        ? ({ dialog: text, state: "blocked" } as const)
        : ({ state: "busy", busyMs: 1 } as const);
      const { lines } = frameOf(
        { ...VIEW, ...size, ...draft(text), ...state, queued: 1_000, turns: 1e9 },
        plain,
      );
      const entries = [
        ...entryLines({ kind: "message", header: text, text, remark: text }, size.columns, plain),
        ...entryLines({ kind: "answer", text }, size.columns, plain),
        ...bannerLines({ agent: "a".repeat(63), host: "h".repeat(63), reports: false, ...size }, plain),
      ];
      for (const line of [...lines, ...entries]) expect(cells(line)).toBeLessThan(size.columns);
      expect(lines.length).toBeLessThanOrEqual(size.rows);
    }),
  );
});

test("colours change nothing but the colours", () => {
  const view = { ...VIEW, ...draft("hello"), state: "busy", busyMs: 100, muted: true } as const;
  const { lines } = frameOf(view, coloured);
  expect(lines.map(stripVTControlCharacters)).toEqual(frameOf(view, plain).lines);
});

test("the banner says who it is and that there is no model", () => {
  const lines = bannerLines({ agent: "coder-1", host: "box", reports: true, columns: 80 }, plain).join("\n");
  expect(lines).toContain("coder-1 on box");
  expect(lines).toContain("no model");
  expect(lines).not.toContain("outside a fleet");
});
