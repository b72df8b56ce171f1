import type { Command } from "commander";
import { changing, managerOption, timeoutOption, type ChangeOptions } from "../changing.ts";
import { verb, type Cli } from "../verb.ts";

export function applyCommand(cli: Cli): Command {
  return verb("apply", "make what runs equal to the roster, and wait until every agent is ready", [
    "mosaic fleet apply",
    "mosaic fleet plan && mosaic fleet apply   # look first",
  ])
    .alias("up")
    .addOption(timeoutOption())
    .addOption(managerOption())
    .action(async (options: ChangeOptions) => {
      const fleet = await cli.fleet(options);
      await changing(cli, options, (how) => fleet.apply(how));
    });
}
