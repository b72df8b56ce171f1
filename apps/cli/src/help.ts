import { styleText } from "node:util";
import { Help, type Command } from "commander";

const MAX_WIDTH = 80;

/** The width of help, in columns: the terminal's, but never wider than is read with ease. */
export const helpWidth = (columns: number | undefined): number =>
  columns === undefined || columns === 0 ? MAX_WIDTH : Math.min(MAX_WIDTH, columns);

/** Commander takes the colours out again where the stream's terminal or `NO_COLOR` does not allow them. */
const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { validateStream: false });

const STYLE = {
  sortSubcommands: false,
  showGlobalOptions: false,
  subcommandTerm: (command: Command) => new Help().subcommandTerm(command).replace(" [options]", ""),
  styleTitle: (text: string) => paint("bold", text),
  styleSubcommandTerm: (text: string) => paint("cyan", text),
  styleOptionTerm: (text: string) => paint("cyan", text),
  styleArgumentTerm: (text: string) => paint("cyan", text),
};

/** A titled list of things to type, each with an optional remark behind `#`. */
export function examplesText(title: string, examples: readonly string[]): string {
  const lines = examples.map((line) => {
    const [, typed = line, remark = ""] = /^(.*?\S)(\s+#.*)?$/.exec(line) ?? [];
    return `  $ ${typed}${remark === "" ? "" : paint("dim", remark)}`;
  });
  return [paint("bold", title), ...lines].join("\n");
}

/**
 * Usage errors are thrown, suggestions are made, and help looks the same at every level. With `json` commander itself
 * writes nothing to stderr: the error that it throws is reported as one document.
 */
export function settle(command: Command, json: boolean): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help for usage and an example)")
    .configureHelp(STYLE)
    .configureOutput({
      getOutHelpWidth: () => helpWidth(process.stdout.columns),
      ...(json ? { writeErr: () => undefined } : {}),
    });
  for (const child of command.commands) settle(child, json);
}

/** The arguments with `--help` where they ask for it in words: `help fleet ps`, or a group without a verb. */
export function withHelpAsked(root: Command, args: readonly string[]): readonly string[] {
  let command: Command | undefined = root;
  let asked = false;
  const words: string[] = [];
  for (const arg of args) {
    if (arg === "help" && command !== undefined && command.commands.length > 0) asked = true;
    else {
      words.push(arg);
      command = command?.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
    }
  }
  const group = command !== undefined && command.commands.length > 0;
  return asked || group ? (command === undefined ? words : [...words, "--help"]) : args;
}
