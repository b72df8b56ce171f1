/** Something wrong on one line of a text, before the file it is of is known. */
export interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

// Tabs and line ends are text. Bidi controls show a reader another order than a model reads.
const HIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** The lines of a text, whatever the editor ended them with, without a byte order mark. */
export const linesOf = (text: string): string[] => text.replace(/^\ufeff/, "").split(/\r?\n/);

/** Characters that a person does not see and a terminal or a model obeys. */
export function hiddenCharacters(lines: readonly string[]): LineProblem[] {
  return lines.flatMap((line, index) => {
    const found = HIDDEN.exec(line)?.[0];
    if (found === undefined) return [];
    const name = `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return [{ line: index + 1, message: `a hidden control character (${name}); remove it` }];
  });
}
