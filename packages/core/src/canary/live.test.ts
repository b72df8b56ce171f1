import fc from "fast-check";
import { expect, test } from "vitest";
import { erase, paint, type Frame } from "./live.ts";

const TOKENS = /\x1b\[\??(\d*)([A-Za-z])|[\r\n]|[^\x1b\r\n]+/g;

/** As much of a terminal as the bytes of this file use: rows that scroll, and a cursor. */
function terminal(rows: number): {
  write: (bytes: string) => void;
  lines: () => string[];
  cursor: () => [number, number];
} {
  const all: string[] = [""];
  let row = 0;
  let column = 0;
  const top = (): number => Math.max(0, all.length - rows);
  const put = (text: string): void => {
    all[row] =
      (all[row] ?? "").padEnd(column).slice(0, column) + text + (all[row] ?? "").slice(column + text.length);
    column += text.length;
  };
  const control = (count: number, final: string): void => {
    if (final === "A") row = Math.max(top(), row - count);
    else if (final === "B") row = Math.min(top() + rows - 1, row + count);
    else if (final === "K") all[row] = (all[row] ?? "").slice(0, column);
    else if (final === "J") all.splice(row, all.length, (all[row] ?? "").slice(0, column));
    else expect(["h", "l"]).toContain(final);
  };
  return {
    write: (bytes) => {
      for (const [token, parameter, final] of bytes.matchAll(TOKENS)) {
        if (final !== undefined) control(Number(parameter === "" ? 1 : parameter), final);
        else if (token === "\r") column = 0;
        else if (token === "\n") {
          row += 1;
          if (row === all.length) all.push("");
        } else put(token);
      }
    },
    lines: () => all,
    cursor: () => [row, column],
  };
}

const word = fc.stringMatching(/^[a-z]{0,12}$/);
const frame = fc
  .record({ lines: fc.array(word, { minLength: 1, maxLength: 6 }), line: fc.nat(5), at: fc.nat(12) })
  .map(({ lines, line, at }): Frame => {
    const row = Math.min(line, lines.length - 1);
    return { lines, cursor: { line: row, before: (lines[row] ?? "").slice(0, at) } };
  });

test("after any frames and any transcript the screen shows the transcript and the last frame", () => {
  const scene = fc.array(fc.tuple(frame, fc.array(word, { maxLength: 5 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(scene, (steps) => {
      const screen = terminal(10);
      const transcript: string[] = [];
      let from: Frame | undefined;
      for (const [to, above] of steps) {
        screen.write(paint(from, to, above));
        transcript.push(...above);
        from = to;
        expect(screen.lines()).toEqual([...transcript, ...to.lines]);
        expect(screen.cursor()).toEqual([transcript.length + to.cursor.line, to.cursor.before.length]);
      }
      if (from) screen.write(erase(from, 80, (line) => line));
      expect(screen.lines()).toEqual([...transcript, ""]);
    }),
  );
});

const idle: Frame = { lines: ["---", "> ", "---"], cursor: { line: 1, before: "> " } };

test("an unchanged frame costs nothing", () => {
  expect(paint(idle, { ...idle, lines: [...idle.lines] }, [])).toBe("");
});

test("only a line that changed is written", () => {
  const bytes = paint(idle, { ...idle, lines: ["---", "> ", "+++"] }, []);
  expect(bytes).toContain("+++");
  expect(bytes).not.toContain("---");
});

test("a moved cursor alone is moved", () => {
  const wide: Frame = { lines: ["ab"], cursor: { line: 0, before: "ab" } };
  expect(paint(wide, { ...wide, cursor: { line: 0, before: "a" } }, [])).not.toBe("");
});

test("a frame on a terminal that became narrower is erased with the rows its lines were broken into", () => {
  const broken: Frame = { lines: ["-".repeat(79), "> x", "---"], cursor: { line: 1, before: "> x" } };
  // 79 columns are 4 rows of 20, and the cursor's line is the fifth.
  expect(erase(broken, 20, (line) => line)).toBe("\r\x1b[4A\x1b[J");
});
