const LONGEST_SHOWN = 100;
// Controls, bidi and other format characters, half surrogates, line separators: what a terminal obeys.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text of a file on one line, safe to print on a terminal. */
export function printable(text: string): string {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…` : text;
  return shown.replace(UNPRINTABLE, escapeCharacter);
}

/** As {@link printable}, in double quotes. */
export const quote = (text: string): string => `"${printable(text).replaceAll('"', '\\"')}"`;

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function orList(words: readonly string[]): string {
  const quoted = words.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
