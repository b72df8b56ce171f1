/** One word of a command line, as it is: for whatever shell reads it, and for tmux, to which `$3` and `;` mean something. */
export const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
