import { Command } from "commander";
import { examplesText } from "./help.ts";
import type { Cli } from "./verb.ts";

/** The words of a call behind a command's name; `none` where the call is not about it, `all` for the whole tree. */
export type Words = readonly string[] | "none" | "all";

export type Make = (cli: Cli, words: Words) => Command | Promise<Command>;

/** What stands in a command, by name, under the headings of its help; under no heading, what help does not show. */
export type Sections = readonly (readonly [heading: string, commands: Readonly<Record<string, Make>>])[];

/** A command that holds others, which are loaded when a call is about them. */
export const group =
  (
    name: string,
    description: string,
    examples: readonly string[],
    load: (words: readonly string[]) => Promise<Sections>,
  ): Make =>
  async (cli, words) => {
    const command = new Command(name)
      .usage("<command> [options]")
      .description(description)
      .helpCommand(false)
      .addHelpText("after", () => `\n${examplesText("Examples:", examples)}`);
    if (words !== "none") await addSections(command, cli, await load(words === "all" ? [] : words), words);
    return command;
  };

/**
 * Adds the command that is called, alone: nobody waits for its neighbours. Where the first word names none of them, the
 * call is about all: help, or a suggestion.
 */
export async function addSections(
  parent: Command,
  cli: Cli,
  sections: Sections,
  words: Words,
): Promise<void> {
  const [called = "", ...below] = typeof words === "string" ? [] : words;
  for (const [, commands] of sections) {
    if (!Object.hasOwn(commands, called)) continue;
    const command = await commands[called]?.(cli, below);
    if (command) parent.addCommand(command);
    return;
  }
  for (const [heading, commands] of sections) {
    if (heading !== "") parent.commandsGroup(heading);
    for (const [name, make] of Object.entries(commands))
      parent.addCommand(await make(cli, behind(words, name)), { hidden: heading === "" });
  }
}

/** The name may stand anywhere: `help fleet ps`. */
function behind(words: Words, name: string): Words {
  if (typeof words === "string") return words;
  const at = words.indexOf(name);
  return at < 0 ? "none" : words.slice(at + 1);
}
