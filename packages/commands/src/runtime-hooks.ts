import { quoted } from "./quoted.ts";

/** The command line of a hook that reports one word. @param support - The folder with `report.sh`. */
export const hookCommand = (support: string, word: string): string =>
  `sh ${quoted(`${support}/report.sh`)} ${word}`;
