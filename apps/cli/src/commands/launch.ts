import { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface LaunchOptions extends HomeOption {
  readonly model?: string;
}

/** A run of a runtime in this very terminal: what the agent's pane executes, and what a person may try by hand. */
async function launch(
  cli: Cli,
  runtime: string,
  yolo: boolean,
  args: readonly string[],
  { mosaicHome, model }: LaunchOptions,
): Promise<void> {
  const { runRuntimeHere } = await import("../environment.ts");
  const say = (sentence: string): void => void process.stderr.write(`mosaic: ${sentence}\n`);
  cli.exit(await runRuntimeHere(runtime, mosaicHome, { yolo, model, args, say }));
}

/** What it does not know, and everything behind the first word, is the runtime's own. */
const handsOn = (command: Command): Command => command.allowUnknownOption().passThroughOptions();

const WHAT: Readonly<Record<string, string>> = {
  canary: "the built-in runtime: a small agent that needs no model",
  claude: "run Claude Code here, with the contract and reports of this fleet",
  codex: "run Codex here, with the contract and reports of this fleet",
  opencode: "run opencode here, with the contract and reports of this fleet",
  pi: "run pi here, with the contract and reports of this fleet",
};

/** The runtimes that mosaic launches itself. */
export const LAUNCHED = Object.keys(WHAT);

const runtimeCommand = (cli: Cli, runtime: string, what: string): Command =>
  handsOn(verb(runtime, what, [`mosaic ${runtime}`]))
    .argument("[args...]", "handed on to the runtime")
    .option("--model <name>", "the model, as the runtime names it")
    .action((args: string[], options: LaunchOptions) => launch(cli, runtime, false, args, options));

export const runtimeCommands: Readonly<Record<string, (cli: Cli) => Command>> = Object.fromEntries(
  Object.entries(WHAT).map(([runtime, what]) => [runtime, (cli) => runtimeCommand(cli, runtime, what)]),
);

export function yoloCommand(cli: Cli): Command {
  return handsOn(verb("yolo", "run a runtime without its permission prompts", ["mosaic yolo canary"]))
    .argument("<runtime>", `the runtime to run: ${LAUNCHED.join(", ")}`)
    .argument("[args...]", "--model NAME, and what is handed on to the runtime")
    .action(async (runtime: string, args: string[], options: HomeOption) => {
      const own = new Command().exitOverride().option("--model <name>");
      const { operands, unknown } = handsOn(own).parseOptions(args);
      await launch(cli, runtime, true, [...operands, ...unknown], {
        ...options,
        ...own.opts<LaunchOptions>(),
      });
    });
}

/** What a pane executes where the roster or the env file gives a command line; not for people. */
export function execCommand(): Command {
  return new Command("exec")
    .description("replace this process by a command line, with the agent's own environment")
    .argument("<command>", "the command line")
    .option("--mosaic-home <dir>", "the Mosaic home")
    .action(async (command: string, options: HomeOption) => {
      const { replaceHere } = await import("../environment.ts");
      await replaceHere(command, options.mosaicHome);
    });
}
