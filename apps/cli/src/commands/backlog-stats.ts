import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function backlogStatsCommand(cli: Cli): Command {
  return verb("stats", "how many of what, what waits, what flows", ["mosaic fleet backlog stats"]).action(
    async (options: HomeOption) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const stats = await backlog.stats();
      const text = cli.out.json ? undefined : await import("../backlog-text.ts");
      cli.out.answer({ ...stats }, () => text?.statsText(cli.out, stats) ?? "");
    },
  );
}
