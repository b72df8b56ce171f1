import { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

/** A run of a runtime in this very terminal: what the agent's pane executes, and what a person may try by hand. */
async function launch(cli: Cli, runtime: string, options: HomeOption): Promise<void> {
  const { runRuntimeHere } = await import("../environment.ts");
  cli.exit(await runRuntimeHere(runtime, options.mosaicHome));
}

export function canaryCommand(cli: Cli): Command {
  return verb("canary", "the built-in runtime: a small agent that needs no model", ["mosaic canary"])
    .option("--model <name>", "accepted like any runtime's; the canary has no model")
    .action((options: HomeOption) => launch(cli, "canary", options));
}

export function yoloCommand(cli: Cli): Command {
  return verb("yolo", "run a runtime without its permission prompts", ["mosaic yolo canary"])
    .argument("<runtime>", "the runtime to run: canary")
    .option("--model <name>", "the runtime's model")
    .action((runtime: string, options: HomeOption) => launch(cli, runtime, options));
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
