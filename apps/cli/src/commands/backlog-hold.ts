import type { Command } from "commander";
import { durationOf, numberOf } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface HoldFlags extends HomeOption {
  readonly id: string;
  readonly fence: number;
  readonly ttl?: number;
}

const holding = (cli: Cli, name: "renew" | "release", description: string, example: string): Command =>
  verb(name, description, [example])
    .requiredOption("--id <card>", "its id")
    .requiredOption("--fence <number>", "the fence of the claim, which claim printed", numberOf)
    .action(async ({ id, fence, ttl, ...options }: HoldFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const ref = { id, fence };
      const card =
        name === "release"
          ? await backlog.release(ref)
          : await backlog.renew({ ...ref, ...(ttl === undefined ? {} : { ttl_seconds: ttl }) });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card }, () => cardLine(cli.out, card));
    });

export const backlogRenewCommand = (cli: Cli): Command =>
  holding(
    cli,
    "renew",
    "hold a claim for longer; exit 5: it was lost, stop working",
    "mosaic fleet backlog renew --id A1 --fence 1",
  ).option(
    "--ttl <time>",
    "from now on: 900s, 15m; 900 is seconds (default: what the claim was given)",
    durationOf,
  );

export const backlogReleaseCommand = (cli: Cli): Command =>
  holding(cli, "release", "give a card back, unfinished", "mosaic fleet backlog release --id A1 --fence 1");

export function backlogReclaimCommand(cli: Cli): Command {
  return verb("reclaim", "free the claims that have expired, or the one of a card", [
    "mosaic fleet backlog reclaim",
    "mosaic fleet backlog reclaim --id A1  # you say its holder is dead",
  ])
    .option("--id <card>", "this card's claim, expired or not: its holder is refused from then on")
    .action(async ({ id, ...options }: HomeOption & { readonly id?: string }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { reclaimed } = await backlog.reclaim(
        id === undefined ? {} : { id, proof: { kind: "operator" } },
      );
      cli.out.answer({ reclaimed }, () =>
        reclaimed
          .map((claim) => `${claim.id}  was ${claim.owner}'s, fence ${String(claim.fence)}`)
          .join("\n"),
      );
      if (reclaimed.length === 0) cli.out.note("No claim was freed.");
    });
}
