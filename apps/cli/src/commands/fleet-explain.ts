import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function explainCommand(cli: Cli): Command {
  return verb("explain", "every fact about one agent, its source and age, and the rule that decided", [
    "mosaic fleet explain coder0",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .action(async (agent: string, options: HomeOption) => {
      const explanation = await (await cli.fleet(options)).explain(agent);
      const { explainText } = await import("../fleet-text.ts");
      cli.out.answer({ ...explanation }, () => explainText(cli.out, explanation));
    });
}
