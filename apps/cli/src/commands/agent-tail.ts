import type { Command } from "commander";
import { wholeNumber } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const FOLLOW_MS = 300;
/** How far back the comparison of two looks goes, in lines. */
const FOLLOW_LINES = 500;

export function agentTailCommand(cli: Cli): Command {
  return verb("tail", "print the last lines of an agent's pane, as they are seen", [
    "mosaic agent tail coder0",
    "mosaic agent tail coder0 -n 200",
    "mosaic agent tail coder0 -f",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .option("-n, --lines <count>", "how many lines", wholeNumber, 40)
    .option("-f, --follow", "go on printing what appears until interrupted")
    .action(async (agent: string, options: HomeOption & { lines: number; follow?: true }) => {
      const fleet = await cli.fleet(options);
      if (options.follow !== true) {
        const lines = await fleet.tail(agent, options.lines);
        cli.out.answer({ agent, lines }, () => lines.join("\n"));
        return;
      }
      const print = (lines: readonly string[]): void => {
        if (lines.length > 0) cli.out.line({ agent, lines }, () => lines.join("\n"));
      };
      const { newLines } = await import("@mosaic/fleet-core");
      let before = await fleet.tail(agent, Math.max(options.lines, FOLLOW_LINES));
      print(before.slice(-options.lines));
      while (!cli.signal.aborted) {
        await cli.pause(FOLLOW_MS);
        const now = await fleet.tail(agent, FOLLOW_LINES);
        print(newLines(before, now));
        before = now;
      }
    });
}
