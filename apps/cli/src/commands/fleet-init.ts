import type { Command } from "commander";
import { PRESETS } from "../presets.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function initCommand(cli: Cli): Command {
  return verb("init", "write a roster from a preset; a dry run without --write", [
    "mosaic fleet init --profile local-canary          # prints the roster",
    "mosaic fleet init --profile local-canary --write  # writes it",
  ])
    .requiredOption("--profile <preset>", `the preset: ${PRESETS.join(", ")}`)
    .option("--write", "write fleet/roster.yaml in the Mosaic home; an existing one is never overwritten")
    .action(async (options: HomeOption & { profile: string; write?: true }) => {
      const fleet = await cli.fleet(options);
      const { id, text, path, unlaunchable } = await fleet.init(options.profile, options.write === true);
      const written = options.write === true;
      cli.out.answer({ preset: id, path, written, roster: text }, () => (written ? "" : text));
      cli.out.note(
        written
          ? `Wrote ${path}. Next: mosaic fleet apply`
          : `A dry run: nothing was written. With --write this goes to ${path}`,
      );
      const { unlaunchableText } = await import("../fleet-text.ts");
      const against = unlaunchableText(unlaunchable);
      if (against !== undefined) cli.out.note(against);
    });
}
