import type { Command } from "commander";
import { changing, type ChangeOptions } from "../changing.ts";
import { verb, type Cli } from "../verb.ts";

export function downCommand(cli: Cli): Command {
  return verb("down", "stop everything this home started; foreign sessions are left alone", [
    "mosaic fleet down",
  ]).action(async (options: ChangeOptions) => {
    const fleet = await cli.fleet(options);
    await changing(cli, options, (how) => fleet.down(how));
  });
}
