import type { Command } from "commander";
import { changing, timeoutOption, type ChangeOptions } from "../changing.ts";
import { verb, type Cli } from "../verb.ts";

const DESCRIPTIONS = {
  start: "start agents that do not run",
  stop: "end the sessions of agents; the roster stays as it is",
  restart: "stop and start agents",
} as const;

/** `start`, `stop` and `restart` take the same arguments. */
export function changeCommand(cli: Cli, name: keyof typeof DESCRIPTIONS): Command {
  return verb(name, DESCRIPTIONS[name], [
    `mosaic fleet ${name} coder0`,
    `mosaic fleet ${name}   # every agent of the roster`,
  ])
    .argument("[agent...]", "agents of the roster, by exact name; all when none is given")
    .addOption(timeoutOption())
    .action(async (agents: string[], options: ChangeOptions) => {
      const fleet = await cli.fleet(options);
      await changing(cli, options, (how) => fleet.change(name, agents, how));
    });
}
