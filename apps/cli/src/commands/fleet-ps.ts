import type { Command } from "commander";
import type { FleetFacts, FleetFactsOfHosts } from "@mosaic/fleet-core";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const REDRAW_MS = 1_000;
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

export function psCommand(cli: Cli): Command {
  return verb("ps", "every agent: session, process, heartbeat and readiness, joined", [
    "mosaic fleet ps",
    "mosaic fleet ps --watch",
    "mosaic fleet ps --all-hosts",
    "mosaic fleet ps --json | jq '.agents[] | select(.readiness == \"stuck\")'",
  ])
    .option("--watch", "redraw every second until interrupted; with --json one document per line")
    .option("--all-hosts", "ask the other hosts of the roster as well; exit 6: one could not be asked")
    .action(async (options: HomeOption & { watch?: true; allHosts?: true }) => {
      const { out, signal } = cli;
      const fleet = await cli.fleet(options);
      const look = (): Promise<FleetFacts | FleetFactsOfHosts> =>
        options.allHosts === true ? fleet.observeHosts() : fleet.observe();
      const facts = await look();
      if ("hosts" in facts && facts.hosts.some(({ reached }) => !reached)) cli.exit(EXIT.unavailable);
      const text = out.json ? undefined : (await import("../fleet-text.ts")).psText;
      if (options.watch !== true) {
        out.answer({ ...facts }, () => text?.(out, facts, out.width) ?? "");
        return;
      }
      for (let now = facts; !signal.aborted; now = await look()) {
        out.line({ ...now }, () => `${out.terminal ? CLEAR_SCREEN : ""}${text?.(out, now, out.width) ?? ""}`);
        await cli.pause(REDRAW_MS);
      }
    });
}
