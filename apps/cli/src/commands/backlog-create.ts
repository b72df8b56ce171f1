import type { Command } from "commander";
import { listOf, numberOf, jsonOr } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface CreateFlags extends HomeOption {
  readonly id: string;
  readonly title: string;
  readonly body?: string;
  readonly phase?: string;
  readonly class?: string;
  readonly priority?: number;
  readonly dependsOn?: string[];
  readonly acceptance?: string;
  readonly idempotencyKey?: string;
  readonly projectedTokens?: number;
}

export function backlogCreateCommand(cli: Cli): Command {
  return verb("create", "add a card", [
    "mosaic fleet backlog create --id A1 --title 'Parse the header'",
    "mosaic fleet backlog create --id A2 --title 'Use it' --depends-on A1",
  ])
    .requiredOption("--id <id>", "a stable name: letters, digits, . _ : / and -")
    .requiredOption("--title <text>", "what is to be done, in one line")
    .option("--body <text>", "everything else one must know")
    .option("--phase <name>", "board column or milestone")
    .option("--class <class>", "the persona class that should do it")
    .option("--priority <number>", "higher is sooner (default: 0)", numberOf)
    .option("--depends-on <ids>", "cards that must be done first, separated by commas", listOf)
    .option("--acceptance <text>", "when it is done: text, or JSON")
    .option("--idempotency-key <key>", "the same key again returns the card that is there")
    .option("--projected-tokens <number>", "what it may cost", numberOf)
    .action(async (flags: CreateFlags) => {
      const { id, title, body, phase, priority, dependsOn, acceptance, idempotencyKey, projectedTokens } =
        flags;
      await using backlog = await (await cli.fleet(flags)).backlog(cli.signal);
      const { card, created } = await backlog.create({
        id,
        title,
        ...(body === undefined ? {} : { body }),
        ...(phase === undefined ? {} : { phase }),
        ...(flags.class === undefined ? {} : { class: flags.class }),
        ...(priority === undefined ? {} : { priority }),
        ...(dependsOn === undefined ? {} : { depends_on: dependsOn }),
        ...(acceptance === undefined ? {} : { acceptance: jsonOr(acceptance) }),
        ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
        ...(projectedTokens === undefined ? {} : { projected_tokens: projectedTokens }),
      });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card, created }, () => cardLine(cli.out, card));
      if (!created) cli.out.note(`There is a card of that key already, and it is as it was.`);
    });
}
