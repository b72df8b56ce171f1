import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { helpWidth } from "../help.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function doctorCommand(cli: Cli): Command {
  return verb("doctor", "check the host and the fleet; each finding has its mend; exit 1 when one is wrong", [
    "mosaic fleet doctor",
    "mosaic fleet doctor --fix",
    "mosaic fleet doctor --json | jq '.findings[] | select(.severity == \"error\")'",
  ])
    .option("--fix", "mend what can be mended safely, and look again")
    .action(async ({ fix, ...options }: HomeOption & { fix?: true }) => {
      const fleet = await cli.fleet(options);
      const diagnosis = await fleet.doctor({ env: process.env, fix: fix === true });
      const { diagnosisText } = await import("../doctor-text.ts");
      cli.out.answer({ ...diagnosis }, () =>
        diagnosisText(cli.out, diagnosis, helpWidth(process.stdout.columns)),
      );
      if (!diagnosis.healthy) cli.exit(EXIT.failed);
    });
}
