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
      const written = options.write === true;
      const { id, text, path, unlaunchable } = await fleet.init(options.profile, written);
      cli.out.answer({ preset: id, path, written, roster: text }, () => (written ? "" : text));
      const { rosterMadeText } = await import("../fleet-text.ts");
      cli.out.note(rosterMadeText(path, written, unlaunchable));
    });
}
