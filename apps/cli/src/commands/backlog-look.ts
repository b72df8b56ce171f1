import { Option, type Command } from "commander";
import { numberOf } from "../option-values.ts";
import { eventsOf } from "../backlog-history.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface ListFlags extends HomeOption {
  readonly status?: "ready" | "claimed" | "blocked" | "done";
  readonly phase?: string;
  readonly class?: string;
  readonly readyOnly?: true;
  readonly limit?: number;
  readonly after?: string;
}

export function backlogListCommand(cli: Cli): Command {
  return verb("list", "cards, in the order in which they would be claimed", [
    "mosaic fleet backlog list --ready-only",
    "mosaic fleet backlog list --status claimed --class code",
  ])
    .addOption(
      new Option("--status <status>", "cards in this state").choices(["ready", "claimed", "blocked", "done"]),
    )
    .option("--phase <name>", "cards of this phase")
    .option("--class <class>", "cards for this class")
    .option("--ready-only", "cards that can be claimed now")
    .option("--limit <number>", "at most so many (default: 100, at most 1000)", numberOf)
    .option("--after <card>", "the page after this card")
    .action(async (flags: ListFlags) => {
      const { status, phase, limit, after, readyOnly } = flags;
      await using backlog = await (await cli.fleet(flags)).backlog(cli.signal);
      const { cards, next } = await backlog.list({
        ...(status === undefined ? {} : { status }),
        ...(phase === undefined ? {} : { phase }),
        ...(flags.class === undefined ? {} : { class: flags.class }),
        ...(readyOnly === undefined ? {} : { ready_only: readyOnly }),
        ...(limit === undefined ? {} : { limit }),
        ...(after === undefined ? {} : { after }),
      });
      const text = cli.out.json ? undefined : await import("../backlog-text.ts");
      cli.out.answer({ cards, next }, () => text?.cardsText(cli.out, cards, Date.now(), cli.out.width) ?? "");
      if (next !== null) cli.out.note(`There are more: --after ${next}`);
    });
}

export function backlogShowCommand(cli: Cli): Command {
  return verb("show", "one card and what became of it", ["mosaic fleet backlog show A1"])
    .argument("<card>", "its id")
    .action(async (id: string, options: HomeOption) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const card = await backlog.show({ id });
      const events = await eventsOf(backlog, id);
      const text = cli.out.json ? undefined : await import("../backlog-text.ts");
      cli.out.answer({ card, events }, () => text?.cardText(cli.out, card, events, Date.now()) ?? "");
    });
}
