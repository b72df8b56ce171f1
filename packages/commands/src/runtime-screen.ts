/** One line of a screen, without trailing blanks. */
export interface ScreenLine {
  readonly text: string;
  /** Without what is dim: a runtime draws what it suggests in an empty composer so, and a draft never. */
  readonly typed: string;
  /** The colour that it begins with, as the code that sets it; empty for the terminal's own. */
  readonly colour: string;
}

const SEQUENCE = /\x1b\[([0-9;:]*)m|\x1b[ -/]*[0-~]|(\n)|([^\x1b\n]+)/g;

/** Reads what `capture-pane -p -e` prints. The cursor's cell counts as dim in a line that has dim text. */
export function screenLines(captured: string): ScreenLine[] {
  const lines: ScreenLine[] = [];
  let [dim, inverse] = [false, false];
  let colour = "";
  let parts: {
    readonly text: string;
    readonly dim: boolean;
    readonly inverse: boolean;
    readonly colour: string;
  }[] = [];
  const end = (): void => {
    const suggested = parts.some((part) => part.dim);
    const typed = parts.filter((part) => !part.dim && !(suggested && part.inverse));
    const joined = (some: typeof parts): string =>
      some
        .map(({ text }) => text)
        .join("")
        .replaceAll("\u00a0", " ")
        .trimEnd();
    lines.push({ text: joined(parts), typed: joined(typed), colour: parts[0]?.colour ?? "" });
    parts = [];
  };
  for (const [, style, newline, text] of captured.matchAll(SEQUENCE)) {
    if (newline !== undefined) end();
    else if (text !== undefined) parts.push({ text, dim, inverse, colour });
    else if (style !== undefined) {
      colour = colourAfter(style, colour);
      for (const code of simpleCodes(style)) {
        if (code === 0) [dim, inverse] = [false, false];
        else if (code === 2) dim = true;
        else if (code === 22) dim = false;
        else if (code === 7) inverse = true;
        else if (code === 27) inverse = false;
      }
    }
  }
  if (parts.length > 0) end();
  return lines;
}

/** The colour of the letters behind a style, as the code that sets it. */
function colourAfter(style: string, before: string): string {
  const codes = style.split(";");
  let colour = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? "";
    const length = ["38", "48", "58"].includes(code) ? (codes[i + 1] === "5" ? 3 : 5) : 1;
    if (/^(?:38|3[0-7]|9[0-7])(?::|$)/.test(code)) colour = codes.slice(i, i + length).join(";");
    else if (/^0?$|^39$/.test(code)) colour = "";
    i += length - 1;
  }
  return colour;
}

/** The codes of a style that stand for themselves: a colour brings numbers of its own (`38;5;2`). */
function simpleCodes(style: string): number[] {
  const codes = style.split(";").map((code) => (code.includes(":") ? -1 : Number(code)));
  const simple: number[] = [];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code !== 38 && code !== 48 && code !== 58) simple.push(code);
    else i += codes[i + 1] === 5 ? 2 : 4;
  }
  return simple;
}

/** Without empty lines at the end. */
export function filledLines(captured: string): ScreenLine[] {
  const lines = screenLines(captured);
  return lines.slice(0, lines.findLastIndex(({ text }) => text !== "") + 1);
}
