import type { Command } from "commander";
import { handOver } from "../hand-over.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function agentAttachCommand(cli: Cli): Command {
  return verb("attach", "take an agent's keyboard; detach with C-b d", ["mosaic agent attach coder0"])
    .argument("<agent>", "an agent of the roster, by exact name")
    .action(async (agent: string, options: HomeOption, command: Command) => {
      await handOver(cli, options, command, (fleet) => fleet.attachCommand(agent));
    });
}
