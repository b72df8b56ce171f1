import type { Command } from "commander";
import { wholeNumber } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const FOLLOW_MS = 300;

interface LogFlags extends HomeOption {
  readonly lines: number;
  readonly follow?: true;
  readonly raw?: true;
}

export function logsCommand(cli: Cli): Command {
  return verb("logs", "what an agent's pane printed, over restarts too", [
    "mosaic fleet logs coder0",
    "mosaic fleet logs coder0 -n 1000",
    "mosaic fleet logs coder0 -f",
    "mosaic fleet logs coder0 --raw > coder0.log",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .option("-n, --lines <count>", "how many lines", wholeNumber, 100)
    .option("-f, --follow", "go on printing lines as they come to rest, until interrupted")
    .option("--raw", "all that is kept, byte for byte, escape sequences and all")
    .action(async (agent: string, { lines, follow, raw, ...options }: LogFlags, command: Command) => {
      const { out } = cli;
      const fleet = await cli.fleet(options);
      if (raw === true) {
        if (out.json) command.error("error: --raw prints bytes, not JSON: give one of the two");
        await using recording = await fleet.recording(agent);
        process.stdout.write(recording.kept);
        if (follow === true) await looking(cli, async () => process.stdout.write(await recording.more()));
        return;
      }
      await using log = await fleet.logs(agent, lines);
      const text = (): string => log.lines.join("\n");
      if (follow !== true) {
        out.answer({ agent, lines: log.lines }, text);
        return;
      }
      const { more } = log;
      if (more === undefined)
        command.error(`error: ${agent} is on another host: follow it there, or use: mosaic agent tail -f`);
      out.line({ agent, lines: log.lines }, text);
      await looking(cli, async () => {
        const fresh = await more();
        if (fresh.length > 0) out.line({ agent, lines: fresh }, () => fresh.join("\n"));
      });
    });
}

async function looking(cli: Cli, look: () => Promise<unknown>): Promise<void> {
  while (!cli.signal.aborted) {
    await cli.pause(FOLLOW_MS);
    await look();
  }
}
