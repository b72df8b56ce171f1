/** One line of a screen, without trailing blanks. */
export interface ScreenLine {
  readonly text: string;
  /** Without what is dim: a runtime draws what it suggests in an empty composer so, and a draft never. */
  readonly typed: string;
}

const SEQUENCE = /\x1b\[([0-9;:]*)m|\x1b[ -/]*[0-~]|(\n)|([^\x1b\n]+)/g;

/** Reads what `capture-pane -p -e` prints. The cursor's cell counts as dim in a line that has dim text. */
export function screenLines(captured: string): ScreenLine[] {
  const lines: ScreenLine[] = [];
  let [dim, inverse] = [false, false];
  let parts: { readonly text: string; readonly dim: boolean; readonly inverse: boolean }[] = [];
  const end = (): void => {
    const suggested = parts.some((part) => part.dim);
    const typed = parts.filter((part) => !part.dim && !(suggested && part.inverse));
    const joined = (some: typeof parts): string =>
      some
        .map(({ text }) => text)
        .join("")
        .replaceAll("\u00a0", " ")
        .trimEnd();
    lines.push({ text: joined(parts), typed: joined(typed) });
    parts = [];
  };
  for (const [, style, newline, text] of captured.matchAll(SEQUENCE)) {
    if (newline !== undefined) end();
    else if (text !== undefined) parts.push({ text, dim, inverse });
    else if (style !== undefined) {
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
