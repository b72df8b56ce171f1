/** Replaces what stands between two offsets of a text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param splices - Those that insert at one offset apply in the order given. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .reduceRight(
      (result, { start, end, text: inserted }) => result.slice(0, start) + inserted + result.slice(end),
      text,
    );
}

export const lineEnding = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** Offset of the first character of the line that holds `offset`. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

/** Offset behind the line that holds `offset`: of the next line, or of the end. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** What stands on the line before `offset`. */
export const lineHead = (text: string, offset: number): string => text.slice(lineStart(text, offset), offset);

/** What stands on the line from `offset` on, without the line end. */
export const lineTail = (text: string, offset: number): string =>
  text.slice(offset, nextLine(text, offset)).replace(/\r?\n$/, "");

// Only these are white space in YAML; JavaScript's `\s` and `trim` take a no-break space or U+FEFF too.
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/** How many blanks and tabs a line begins with. */
export const indentOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0;

/** `offset`, moved back over white space. */
export function trimBack(text: string, offset: number): number {
  let end = offset;
  while (end > 0 && isBlank(text.charAt(end - 1))) end--;
  return end;
}
