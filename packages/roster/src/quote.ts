const LONGEST_SHOWN = 60;
// Controls, bidi and other format characters, half surrogates, line and paragraph separators: what a terminal obeys.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text from the roster on one line, safe to print on a terminal, cut off after `longest` characters. */
export function printable(text: string, longest = LONGEST_SHOWN): string {
  const shown = text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
  return shown.replace(UNPRINTABLE, escapeCharacter);
}

/** As {@link printable}, in double quotes. */
export function quote(text: string): string {
  return `"${printable(text).replaceAll('"', '\\"')}"`;
}
