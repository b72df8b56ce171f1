import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function commsBlockCommand(cli: Cli): Command {
  return verb("comms-block", "the cheat-sheet of a role: its address, its peers and how to reach them", [
    "mosaic fleet comms-block code0",
    "mosaic fleet comms-block code  # every code seat, or the one of this pane",
  ])
    .argument("<role>", "an agent of the roster or a class, by exact name")
    .option("--host <label>", "the host that the sheet is for (default: this one)")
    .action(async (role: string, options: HomeOption & { host?: string }) => {
      const sheet = await (await cli.fleet(options)).commsSheet(role, options.host);
      cli.out.answer({ ...sheet }, () => sheet.text);
    });
}
