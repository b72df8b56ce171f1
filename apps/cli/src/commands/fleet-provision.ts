import { Argument, type Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface ProvisionFlags extends HomeOption {
  readonly full?: true;
  readonly write?: true;
  readonly force?: true;
  readonly topology?: true;
  readonly runtime: readonly string[];
}

export function provisionCommand(cli: Cli): Command {
  return verb("provision", "write a roster for a system type; a dry run without --write", [
    "mosaic fleet provision software-delivery  # the floor alone, printed",
    "mosaic fleet provision software-delivery --full --write  # every seat",
    "mosaic fleet provision research --runtime researcher=codex --runtime '*=pi'",
  ])
    .addArgument(new Argument("<system-type>", "a profile; mosaic fleet profile list shows them"))
    .option("--full", "every seat of the profile; without it those of its floor")
    .option(
      "--runtime <class=runtime[:model]>",
      "repeatable, first match wins; * is every class",
      collect,
      [],
    )
    .option("--topology", "write into each seat to which class it reports")
    .option("--write", "write fleet/roster.yaml in the Mosaic home")
    .option(
      "--force",
      "with --write: replace a roster that stands there and keep it, dated, beside the new one",
    )
    .action(async (profile: string, flags: ProvisionFlags) => {
      const { out } = cli;
      const fleet = await cli.fleet(flags);
      const write = flags.write === true;
      const { text, seats, path, backup, unlaunchable } = await fleet.provision({
        profile,
        full: flags.full === true,
        runtimes: flags.runtime,
        topology: flags.topology === true,
        write,
        force: flags.force === true,
      });
      const { seatsText } = await import("../library-text.ts");
      out.answer({ profile, path, written: write, backup, seats, roster: text }, () => (write ? "" : text));
      out.note(seatsText(out, seats));
      if (backup !== null) out.note(`Kept the roster that stood there as ${backup}`);
      const { rosterMadeText } = await import("../fleet-text.ts");
      out.note(rosterMadeText(path, write, unlaunchable));
    });
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
