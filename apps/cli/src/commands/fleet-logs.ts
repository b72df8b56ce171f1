import type { Command } from "commander";
import { wholeNumber } from "../whole-number.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const FOLLOW_MS = 300;

interface LogFlags extends HomeOption {
  readonly lines: number;
  readonly follow?: true;
  readonly raw?: true;
}

export function logsCommand(cli: Cli): Command {
  return verb("logs", "what an agent's pane printed, as it was recorded, over restarts too", [
    "mosaic fleet logs coder0",
    "mosaic fleet logs coder0 -n 1000",
    "mosaic fleet logs coder0 -f --raw   # as in the pane itself",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .option("-n, --lines <count>", "how many lines", wholeNumber, 100)
    .option("-f, --follow", "go on printing what is recorded until interrupted")
    .option("--raw", "with -f: as it is recorded, escape sequences and all")
    .action(async (agent: string, { lines, follow, raw, ...options }: LogFlags, command: Command) => {
      const { out, signal } = cli;
      const log = await (await cli.fleet(options)).logs(agent, lines);
      const text = (): string => log.lines.join("\n");
      if (follow !== true) {
        out.answer({ agent, lines: log.lines }, text);
        return;
      }
      const { more } = log;
      if (more === undefined)
        command.error(`error: ${agent} is on another host: follow it there, or use: mosaic agent tail -f`);
      out.line({ agent, lines: log.lines }, text);
      const { followedLines } = await import("../followed-lines.ts");
      const taken = followedLines();
      while (!signal.aborted) {
        await cli.pause(FOLLOW_MS);
        const bytes = await more();
        if (raw === true && !out.json) process.stdout.write(bytes);
        else {
          const fresh = taken(bytes);
          if (fresh.length > 0) out.line({ agent, lines: fresh }, () => fresh.join("\n"));
        }
      }
    });
}
