import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** stdout is the answer, stderr is everything else. */
export interface Output {
  readonly json: boolean;
  /** Whether a person looks at stdout. */
  readonly terminal: boolean;
  /** Of the terminal, in columns; undefined in a pipe, and where a terminal does not say: nothing is cut then. */
  readonly width: number | undefined;
  /** The answer: one document with `--json`, else the text. */
  answer(document: Readonly<Record<string, unknown>>, text: () => string): void;
  /** One line of an answer that streams. */
  line(document: Readonly<Record<string, unknown>>, text: () => string): void;
  /** Progress and remarks, for people only: nothing is written with `--json`. */
  note(text: string): void;
  /** Coloured for stdout, where its terminal and `NO_COLOR` allow it. */
  paint(style: Style, text: string): string;
  failure(error: { readonly code: string; readonly message: string; readonly hint: string }): Promise<void>;
}

export function createOutput(json: boolean, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  const write = (text: string): void => void stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  return {
    json,
    terminal: stdout.isTTY,
    get width() {
      return stdout.columns > 0 ? stdout.columns : undefined;
    },
    answer: (document, text) => {
      if (json) write(JSON.stringify({ version: 1, ...document }, undefined, stdout.isTTY ? 2 : undefined));
      else {
        const answer = text();
        if (answer !== "") write(answer);
      }
    },
    line: (document, text) => {
      write(json ? JSON.stringify({ version: 1, ...document }) : text());
    },
    note: (text) => {
      if (!json) stderr.write(`${text}\n`);
    },
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    failure: async ({ code, message, hint }) => {
      if (json) stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
      else {
        const name = styleText(["red", "bold"], "mosaic:", { stream: stderr });
        const sanitize = await sanitizer();
        stderr.write(`${name} ${sanitize(message)}\n${hint === "" ? "" : `  ${sanitize(hint)}\n`}`);
      }
    },
  };
}

/**
 * A message may quote what anybody has written. Loaded when there is one: no other call needs it. A mosaic that was replaced
 * while it ran can load nothing more.
 */
const sanitizer = (): Promise<(text: string) => string> =>
  import("@mosaic/fleet-model").then(
    ({ sanitize }) => sanitize,
    () => stripVTControlCharacters,
  );
