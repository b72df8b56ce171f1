import { InvalidArgumentError, type Command } from "commander";
import type { SeatChanges } from "@mosaic/fleet-core";
import { changing, managerOption, timeoutOption, type ChangeOptions } from "../changing.ts";
import { verb, type Cli } from "../verb.ts";

interface SeatOptions extends ChangeOptions {
  readonly runtime?: string;
  readonly class?: string;
  readonly model?: string;
  readonly yolo?: boolean;
  readonly command?: string;
  readonly workingDirectory?: string;
  readonly alias?: string;
}

/** What `add` and `configure` can say about a seat. */
const seatOptions = (command: Command): Command =>
  command
    .option("--model <name>", "the runtime's model")
    .option("--yolo [yes|no]", "whether it starts without permission prompts", yesOrNo)
    .option("--command <line>", "a command line in the place of the runtime's own")
    .option("--working-directory <dir>", "where the agent works")
    .option("--alias <name>", "a friendly name, shown to people");

function yesOrNo(text: string): boolean {
  if (text === "yes" || text === "true") return true;
  if (text === "no" || text === "false") return false;
  throw new InvalidArgumentError("Give yes or no.");
}

export function addCommand(cli: Cli): Command {
  return seatOptions(
    verb("add", "add an agent: roster, env file, start at boot, start", [
      "mosaic fleet add coder3 --runtime canary --class code",
      "mosaic fleet add coder3 --runtime canary --class code --no-start",
    ])
      .argument("<agent>", "its name: a-z, 0-9, - and _")
      .requiredOption("--runtime <runtime>", "what runs in its pane: canary, claude, codex, ...")
      .requiredOption("--class <class>", "the persona it plays"),
  )
    .option("--no-start", "do not start it now; under systemd it starts at boot nevertheless")
    .addOption(timeoutOption())
    .addOption(managerOption())
    .action(async (agent: string, options: SeatOptions & { start: boolean }) => {
      const fleet = await cli.fleet(options);
      await changing(
        cli,
        options,
        (how) => fleet.add(agent, changesOf(options), options.start, how),
        options.start
          ? undefined
          : (manager) =>
              [
                `Added ${agent} to the roster and wrote its env file; it was not started.`,
                `${manager === "systemd" ? "It starts at boot, and now" : "Start it"} with: mosaic fleet start ${agent}`,
              ].join("\n"),
      );
    });
}

export function removeCommand(cli: Cli): Command {
  return verb("remove", "stop an agent, let it never start again, take it out of the roster", [
    "mosaic fleet remove coder3",
    "mosaic fleet remove coder3 --keep-files",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .option("--keep-files", "leave its env file and its reports")
    .addOption(managerOption())
    .action(async (agent: string, options: ChangeOptions & { keepFiles?: true }) => {
      const fleet = await cli.fleet(options);
      await changing(cli, options, (how) => fleet.remove(agent, options.keepFiles === true, how));
    });
}

export function configureCommand(cli: Cli): Command {
  return seatOptions(
    verb("configure", "change one agent's seat in the roster; mosaic fleet apply makes it so", [
      "mosaic fleet configure coder3 --model opus --yolo no",
      'mosaic fleet configure coder3 --command ""   # back to the default',
    ])
      .argument("<agent>", "an agent of the roster, by exact name")
      .option("--runtime <runtime>", "what runs in its pane")
      .option("--class <class>", "the persona it plays"),
  ).action(async (agent: string, options: SeatOptions) => {
    const { changed, to_apply } = await (await cli.fleet(options)).configure(agent, changesOf(options));
    cli.out.answer({ agent, changed, to_apply }, () =>
      changed ? `Changed ${agent}.` : "Nothing to change.",
    );
    if (to_apply) cli.out.note("What runs goes on as it is. Next: mosaic fleet apply");
  });
}

/** An empty text takes a key out of the roster: its default counts again. */
function changesOf(options: SeatOptions): SeatChanges {
  const text = (value: string | undefined): string | null | undefined => (value === "" ? null : value);
  return {
    runtime: options.runtime,
    class: text(options.class),
    model_hint: text(options.model),
    yolo: options.yolo,
    command: text(options.command),
    working_directory: text(options.workingDirectory),
    alias: text(options.alias),
  };
}
