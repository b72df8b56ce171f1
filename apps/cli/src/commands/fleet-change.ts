import type { Command } from "commander";
import { changing, managerOption, timeoutOption, type ChangeOptions } from "../changing.ts";
import { verb, type Cli } from "../verb.ts";

const DESCRIPTIONS = {
  start: "start agents that do not run: the named ones, or all of the roster",
  stop: "end the sessions of the named agents, or of all; the roster stays as it is",
  restart: "stop and start the named agents, or all of the roster",
} as const;

/** `start`, `stop` and `restart` take the same arguments. */
export function changeCommand(cli: Cli, name: keyof typeof DESCRIPTIONS): Command {
  const command = verb(name, DESCRIPTIONS[name], [
    `mosaic fleet ${name} coder0`,
    `mosaic fleet ${name}   # without a name: every agent of the roster`,
  ])
    .argument("[agent...]", "agents of the roster, by exact name; all when none is given")
    .addOption(name === "stop" ? timeoutOption("how long agents have to end", 5) : timeoutOption())
    .addOption(managerOption())
    .action(async (agents: string[], options: ChangeOptions & { readonly fresh?: boolean }) => {
      const fleet = await cli.fleet(options);
      const stopGraceMs = name === "stop" ? (options.timeout ?? 0) * 1000 : undefined;
      await changing(cli, options, (how) =>
        fleet.change(name, agents, { ...how, stopGraceMs, fresh: options.fresh }),
      );
    });
  if (name === "stop") return command;
  return command.option("--fresh", "begin a new conversation, where an agent would go on with its last one");
}
