import type { Command } from "commander";
import type { Words } from "./group.ts";
import { program } from "./program.ts";
import type { Cli } from "./verb.ts";

const never = (): never => {
  throw new Error("a command tree that is only described runs nothing");
};

/** The tree, or what a call makes of it, to be looked at: its commands cannot run. */
export function describedProgram(words?: Words): Promise<Command> {
  const out = { json: false, terminal: false, width: undefined, paint: (_: unknown, text: string) => text };
  const cli: Cli = {
    out: { ...out, answer: never, line: never, note: never, failure: never },
    signal: new AbortController().signal,
    fleet: never,
    pause: never,
    exit: never,
  };
  return program(cli, words);
}

/** What `--help` prints, without colours. */
export function helpText(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHasColors: () => false,
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text;
}

/** Every command that help shows, parents first, with the words that call it. */
export function visibleCommands(command: Command, parents: readonly string[] = []): VisibleCommand[] {
  const words = [...parents, command.name()];
  const children = command.createHelp().visibleCommands(command);
  const own = children.filter((child) => child.name() !== "help");
  return [{ words, command }, ...own.flatMap((child) => visibleCommands(child, words))];
}

export interface VisibleCommand {
  readonly words: readonly string[];
  readonly command: Command;
}

/** The page `docs/reference/cli.md`: the help of every command. */
export async function cliReference(): Promise<string> {
  const sections = visibleCommands(await describedProgram()).map(
    ({ words, command }) => `## ${words.join(" ")}\n\n\`\`\`text\n${helpText(command).trim()}\n\`\`\`\n`,
  );
  return `# The command line

What \`--help\` prints for every command. This page is generated from the command tree.

${sections.join("\n")}`;
}
