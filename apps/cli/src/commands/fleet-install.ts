import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function installCommand(cli: Cli): Command {
  return verb("install", "put the fleet under systemd: units, start at boot, linger; starts nothing", [
    "mosaic fleet install",
    "mosaic fleet install && mosaic fleet apply",
  ])
    .option("--force", "take over units that belong to another Mosaic home")
    .action(async (options: HomeOption & { force?: true }) => {
      const fleet = await cli.fleet(options);
      const takeOver = options.force === true;
      const { units, enabled, remarks } = await fleet.install({ takeOver, signal: cli.signal });
      for (const remark of remarks) cli.out.note(`  note: ${remark}`);
      cli.out.answer({ units, enabled, remarks }, () =>
        [
          ...units.map(({ path }) => `Wrote ${path}`),
          enabled.length > 0 ? `At boot start: ${enabled.join(", ")}.` : "Nothing starts at boot.",
        ].join("\n"),
      );
      cli.out.note("Next: mosaic fleet apply");
    });
}
