import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const REDRAW_MS = 1_000;
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

export function psCommand(cli: Cli): Command {
  return verb("ps", "every agent: session, process, heartbeat and readiness, joined", [
    "mosaic fleet ps",
    "mosaic fleet ps --watch",
    "mosaic fleet ps --json | jq '.agents[] | select(.readiness == \"stuck\")'",
  ])
    .option("--watch", "redraw every second until interrupted; with --json one document per line")
    .action(async (options: HomeOption & { watch?: true }) => {
      const { out, signal } = cli;
      const fleet = await cli.fleet(options);
      const facts = await fleet.observe();
      const text = out.json ? undefined : (await import("../fleet-text.ts")).psText;
      if (options.watch !== true) {
        out.answer({ ...facts }, () => text?.(out, facts) ?? "");
        return;
      }
      for (let now = facts; !signal.aborted; now = await fleet.observe()) {
        out.line({ ...now }, () => `${out.terminal ? CLEAR_SCREEN : ""}${text?.(out, now) ?? ""}`);
        await cli.pause(REDRAW_MS);
      }
    });
}
