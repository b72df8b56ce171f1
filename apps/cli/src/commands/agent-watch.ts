import type { Command } from "commander";
import { handOver } from "../hand-over.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function agentWatchCommand(cli: Cli): Command {
  return verb("watch", "look at an agent's pane live, read-only; detach with C-b d", [
    "mosaic agent watch coder0",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .action(async (agent: string, options: HomeOption, command: Command) => {
      await handOver(cli, options, command, (fleet) => fleet.watchCommand(agent));
    });
}
