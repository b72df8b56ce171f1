import type { Command } from "commander";
import { durationOf } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface ClaimFlags extends HomeOption {
  readonly owner?: string;
  readonly ttl?: number;
  readonly id?: string;
  readonly class?: string;
  readonly phase?: string;
  readonly wait?: number;
  readonly token?: string;
}

/** As good as never made twice. The global `crypto` would take as long to load as the claim itself takes. */
const newToken = (): string => [1, 2, 3].map(() => Math.random().toString(36).slice(2)).join("");

export function backlogClaimCommand(cli: Cli): Command {
  return verb("claim", "take the next ready card, or the one that is named; also frees expired claims", [
    "mosaic fleet backlog claim --owner coder0",
    "mosaic fleet backlog claim --owner coder0 --class code --wait 30s",
  ])
    .option("--owner <name>", "who takes it (default: the agent that calls)")
    .option(
      "--ttl <time>",
      "how long the claim holds unless it is renewed: 900s, 15m; 900 is seconds (default: 15m)",
      durationOf,
    )
    .option("--id <card>", "this card and no other")
    .option("--class <class>", "a card for this class")
    .option("--phase <name>", "a card of this phase")
    .option("--wait <time>", "wait this long for a card: 30s, 5m; 30 is seconds", durationOf)
    .option("--token <token>", "unique per wish: the same token again returns the card it won")
    .action(async (flags: ClaimFlags, command: Command) => {
      const owner = flags.owner ?? process.env.MOSAIC_AGENT_NAME ?? "";
      if (owner === "") command.error("error: say who takes the card with --owner <name>");
      const { ttl, id, phase, wait = 0, token = newToken() } = flags;
      await using backlog = await (await cli.fleet(flags)).backlog(cli.signal);
      const { claimWaiting } = await import("@mosaic/fleet-core");
      let told = false;
      const pause = (ms: number): Promise<void> => {
        if (!told) cli.out.note("No card can be claimed yet; waiting for one. Ctrl-C stops it.");
        told = true;
        return cli.pause(ms);
      };
      const card = await claimWaiting(
        backlog,
        {
          owner,
          claim_token: token,
          ...(ttl === undefined ? {} : { ttl_seconds: ttl }),
          ...(id === undefined ? {} : { id }),
          ...(flags.class === undefined ? {} : { class: flags.class }),
          ...(phase === undefined ? {} : { phase }),
        },
        {
          waitMs: 1000 * wait,
          now: () => 1000 * process.uptime(),
          pause,
          signal: cli.signal,
        },
      );
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card }, () => (card === null ? "" : cardLine(cli.out, card)));
      if (card === null) cli.out.note("No card can be claimed now.");
    });
}
