import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const turning = (cli: Cli, name: "unblock" | "reopen", description: string): Command =>
  verb(name, description, [`mosaic fleet backlog ${name} --id A1`])
    .requiredOption("--id <card>", "its id")
    .action(async ({ id, ...options }: HomeOption & { readonly id: string }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const card = await backlog[name]({ id });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card }, () => cardLine(cli.out, card));
    });

export const backlogUnblockCommand = (cli: Cli): Command =>
  turning(cli, "unblock", "put a blocked card back into play");
export const backlogReopenCommand = (cli: Cli): Command =>
  turning(cli, "reopen", "take back that a card is done: what depends on it waits again");
