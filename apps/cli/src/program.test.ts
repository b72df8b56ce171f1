import { CommanderError, type Command } from "commander";
import { expect, test } from "vitest";
import { describedProgram, helpText, visibleCommands } from "./cli-reference.ts";
import { helpWidth, withHelpAsked } from "./help.ts";

const tree = await describedProgram();
const all = visibleCommands(tree).map(({ words, command }) => [words.join(" "), command] as const);
const verbs = all.filter(([, command]) => command.commands.length === 0);
const optionsOf = (command: Command): readonly string[] => command.options.map(({ long }) => long ?? "");

/** What commander refuses, and what it says. */
async function refusal(...args: string[]): Promise<string> {
  const root = await describedProgram();
  for (const { command } of visibleCommands(root)) command.configureOutput({ writeErr: () => undefined });
  const error: unknown = await root.parseAsync(args, { from: "user" }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CommanderError)) throw new Error(`mosaic ${args.join(" ")} was not refused`);
  return error.message;
}

test("the tree has the verbs of a fleet and of an agent", () => {
  expect(verbs.map(([words]) => words)).toEqual(
    expect.arrayContaining([
      "mosaic fleet ps",
      "mosaic fleet apply",
      "mosaic agent send",
      "mosaic completion",
    ]),
  );
});

/** The names from the root down to where the tree branches or ends. */
function onlyPath(command: Command): string[] {
  const [only, ...others] = command.commands;
  return [command.name(), ...(only && others.length === 0 ? onlyPath(only) : [])];
}

test.for([...verbs.map(([words]) => words), "mosaic exec", "mosaic store serve"])(
  "a call of %s makes nothing but that",
  async (words) => {
    const [, ...called] = words.split(" ");
    expect(onlyPath(await describedProgram([...called, "--json"])).join(" ")).toBe(words);
  },
);

test.for(all)("%s has a description and an example", ([, command]) => {
  expect(command.description()).not.toBe("");
  expect(helpText(command)).toMatch(/^ {2}\$ .*\bmosaic /m);
});

test.for(verbs)("every example of %s is one of it", ([words, command]) => {
  const examples = helpText(command).match(/^ {2}\$ .*$/gm) ?? [];
  expect(examples.filter((example) => !example.includes(words))).toEqual([]);
});

test.for(all)("every option and argument of %s has a description", ([, command]) => {
  for (const { flags, description } of command.options) expect(description, flags).not.toBe("");
  for (const argument of command.registeredArguments)
    expect(argument.description, argument.name()).not.toBe("");
});

test.for(all)("the help of %s fits into 80 columns and carries no colour", ([, command]) => {
  const help = helpText(command);
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(help).not.toContain("\u001b");
});

test.for(verbs)("%s takes --mosaic-home and --json", ([, command]) => {
  expect(optionsOf(command)).toEqual(expect.arrayContaining(["--mosaic-home", "--json"]));
});

test.for([
  [["fleeet"], "Did you mean fleet?"],
  [["fleet", "pss"], "Did you mean ps?"],
  [["fleet", "ps", "--jsn"], "Did you mean --json?"],
] as const)("%j is answered with the nearest", async ([args, suggestion]) => {
  expect(await refusal(...args)).toContain(suggestion);
});

test.for([
  [[], ["--help"]],
  [["fleet"], ["fleet", "--help"]],
  [["help"], ["--help"]],
  [
    ["help", "fleet", "ps"],
    ["fleet", "ps", "--help"],
  ],
  [
    ["fleet", "help", "ps"],
    ["fleet", "ps", "--help"],
  ],
  [
    ["help", "fleet", "up"],
    ["fleet", "up", "--help"],
  ],
  [["help", "flet"], ["flet"]],
  [
    ["fleet", "ps"],
    ["fleet", "ps"],
  ],
  [
    ["fleet", "--json"],
    ["fleet", "--json"],
  ],
  [
    ["agent", "tail", "help"],
    ["agent", "tail", "help"],
  ],
] as const)("%j reads as %j", ([args, read]) => {
  expect(withHelpAsked(tree, args)).toEqual(read);
});

test.for([
  [undefined, 80],
  [0, 80],
  [200, 80],
  [60, 60],
] as const)("a terminal of %s columns gets help of %s columns", ([columns, width]) => {
  expect(helpWidth(columns)).toBe(width);
});
