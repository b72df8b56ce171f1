import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function composeContractCommand(cli: Cli): Command {
  return verb("compose-contract", "print the whole system prompt that an agent is launched with", [
    "mosaic compose-contract claude --agent code0",
  ])
    .argument("<runtime>", "the runtime it is for")
    .option("--agent <agent>", "an agent of the roster (default: the one whose pane this is)")
    .action(async (runtime: string, options: HomeOption & { agent?: string }) => {
      const contract = await (await cli.fleet(options)).contract(runtime, options.agent);
      cli.out.answer({ runtime, ...contract }, () => contract.text);
      if (contract.text === "")
        cli.out.note("It is empty: no layer of it is written in this home, and no agent is named.");
    });
}
