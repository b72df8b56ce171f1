import headless, { type IBuffer, type IMarker } from "@xterm/headless";
import { START_SIZE, type PaneSize } from "@mosaic/fleet-commands/tmux";
import { screenPages } from "./screen-pages.ts";

/** What is parsed at once, in UTF-16 units. */
const PIECE = 4_096;
/** In lines: more than can scroll away before they are taken. */
const SCROLLBACK = 2 * PIECE;
/** Where a drawing may be complete: around a synchronised update, before the next goes home, before the screen is left. */
const FRAME_ENDS = /(?<=\x1b\[\?2026l)|(?=\x1b\[(?:1;1)?H|\x1b\[\?2026h|\x1b\[\?(?:1049|1047|47)l)/;
/** What the recorder writes where a program begins in a pane. */
const FRESH_TERMINAL = "\x1bc";

/** The recorded stream of a pane as a person would have read it. */
export interface Transcript {
  write(text: string): Promise<void>;
  /** The lines that have left the screen since the last call: they do not change any more. */
  take(): string[];
  /**
   * The lines of the screen.
   *
   * @param settled - Without what is still being written: the cursor's line, of a full screen the one above it, what is below.
   */
  screen(settled?: boolean): string[];
  /** Whether a program has the whole screen for itself, and draws on it. */
  fullScreen(): boolean;
}

/** Reads it with a terminal of its own for each program that ran in the pane, of this size. */
export function transcript(size: PaneSize = START_SIZE): Transcript {
  const ended: string[] = [];
  let program = programTranscript(size);
  /** The first half of a marker. */
  let begun = "";
  return {
    async write(text) {
      const whole = `${begun}${text}`;
      begun = whole.endsWith("\x1b") ? "\x1b" : "";
      const parts = whole.slice(0, whole.length - begun.length).split(FRESH_TERMINAL);
      for (const [at, part] of parts.entries()) {
        if (at > 0) {
          ended.push(...program.take(), ...shown(program.screen()));
          program = programTranscript(size);
        }
        await program.write(part);
      }
    },
    take: () => [...ended.splice(0), ...program.take()],
    screen: (settled) => program.screen(settled),
    fullScreen: () => program.fullScreen(),
  };
}

function programTranscript(size: PaneSize): Transcript {
  const terminal = new headless.Terminal({ ...size, scrollback: SCROLLBACK, allowProposedApi: true });
  const { buffer } = terminal;
  let gone: string[] = [];
  let pages = screenPages();
  /** Stands on the last row that was taken, above the screen: there nothing is erased under it. */
  let mark: IMarker | undefined;
  /** How many rows below it were taken as well, when the program went to the alternate screen. */
  let ahead = 0;
  const next = (): number => (mark === undefined || mark.isDisposed ? 0 : mark.line + 1);

  const takeScrolled = (): void => {
    const { baseY, cursorY } = buffer.normal;
    let until = baseY;
    // A line that goes on in the next row is taken as a whole.
    while (until > 0 && buffer.normal.getLine(until)?.isWrapped === true) until--;
    const scrolled = until - next();
    if (scrolled <= 0) return;
    gone.push(...linesOf(buffer.normal, next() + ahead, until));
    ahead = Math.max(0, ahead - scrolled);
    mark?.dispose();
    mark = terminal.registerMarker(until - 1 - baseY - cursorY);
  };
  buffer.onBufferChange(({ type }) => {
    if (type === "alternate") {
      const cursor = buffer.normal.baseY + buffer.normal.cursorY;
      gone.push(...linesOf(buffer.normal, next() + ahead, cursor));
      ahead = Math.max(ahead, cursor - next());
    } else {
      gone.push(...pages.take(), ...shown(pages.page()));
      pages = screenPages();
    }
  });
  const parsed = (drawn: boolean): void => {
    if (buffer.active.type === "normal") takeScrolled();
    else if (drawn && !terminal.modes.synchronizedOutputMode) pages.draw(rowsOf(buffer.active));
  };

  return {
    async write(text) {
      let written: Promise<void> | undefined;
      for (const frame of text.split(FRAME_ENDS))
        for (let at = 0; at < frame.length; at += PIECE)
          written = new Promise((resolve) => {
            terminal.write(frame.slice(at, at + PIECE), () => {
              parsed(at + PIECE >= frame.length);
              resolve();
            });
          });
      await written;
    },
    fullScreen: () => buffer.active.type === "alternate",
    take() {
      const lines = [...gone, ...pages.take()];
      gone = [];
      return lines;
    },
    screen(settled = false) {
      const { type, baseY, cursorY, length } = buffer.active;
      if (type === "alternate") return [...pages.page(settled ? Math.max(0, cursorY - 1) : undefined)];
      return linesOf(buffer.normal, next() + ahead, settled ? baseY + cursorY : length);
    },
  };
}

/** A screen without the rows below what stands on it. */
const shown = (rows: readonly string[]): readonly string[] =>
  rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);

const rowsOf = (buffer: IBuffer): string[] =>
  Array.from(
    { length: buffer.length },
    (_, row) => buffer.getLine(row)?.translateToString(true).trimEnd() ?? "",
  );

/** The rows from `from` to before `until`, joined where a line was too long for one. */
function linesOf(buffer: IBuffer, from: number, until: number): string[] {
  const lines: string[] = [];
  for (let row = from; row < until; row++) {
    const line = buffer.getLine(row);
    const goesOn = buffer.getLine(row + 1)?.isWrapped === true;
    const text = line?.translateToString(!goesOn) ?? "";
    if (line?.isWrapped === true && lines.length > 0) lines.push(`${lines.pop() ?? ""}${text}`);
    else lines.push(text);
  }
  return lines.map((line) => line.trimEnd());
}
