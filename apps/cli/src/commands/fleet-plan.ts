import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function planCommand(cli: Cli): Command {
  return verb("plan", "show what apply would do, and why; changes nothing", ["mosaic fleet plan"]).action(
    async (options: HomeOption) => {
      const actions = await (await cli.fleet(options)).plan();
      const { planText } = await import("../fleet-text.ts");
      cli.out.answer({ actions }, () => planText(cli.out, actions));
    },
  );
}
