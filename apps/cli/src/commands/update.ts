import { Option, type Command } from "commander";
import { timeoutOption } from "../changing.ts";
import type { UpdateFlags } from "../update-flags.ts";
import { verb, type Cli } from "../verb.ts";

export function updateCommand(cli: Cli): Command {
  return (
    verb("update", "bring mosaic itself, and then this home, to the newest version", [
      "mosaic update --check               # exit 1: an update waits",
      "mosaic update --dry-run             # every effect, and nothing is written",
      "mosaic update                       # your edits are kept beside",
      "mosaic update --no-self --relaunch  # agents one at a time, the floor last",
    ])
      .option("--check", "only tell whether there is something to do")
      .option("--dry-run", "list every effect and write nothing")
      .option("--no-self", "leave the command line as it is; needs no network")
      .option("--no-reseed", "leave the framework in the home and the units as they are")
      .option("--relaunch", "then restart the agents that run, one at a time, and wait for each")
      .addOption(timeoutOption())
      // What an older mosaic that has just installed this one passes on to it, and what asks a fetched one.
      .addOption(new Option("--updated-from <version>", "the version that was replaced").hideHelp())
      .addOption(new Option("--in-place-of <script>", "the program that asks").hideHelp())
      .action(async (flags: UpdateFlags) => {
        const updating = await import("../updating.ts");
        const fleet = await cli.fleet(flags);
        if (flags.check) {
          await updating.check(cli, fleet, flags);
          return;
        }
        const self = flags.self && flags.updatedFrom === undefined;
        if (self && (await updating.updateSelf(cli, fleet, flags))) return;
        await updating.updateHome(cli, fleet, flags);
      })
  );
}
