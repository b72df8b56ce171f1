/** A word of a shell's command line that stands for `text` as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command line of a hook that reports one word. @param support - The folder with `report.sh`. */
export const hookCommand = (support: string, word: string): string =>
  `sh ${quoted(`${support}/report.sh`)} ${word}`;
