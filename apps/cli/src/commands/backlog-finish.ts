import type { Command } from "commander";
import { jsonOr, numberOf } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface FinishFlags extends HomeOption {
  readonly id: string;
  readonly fence?: number;
  readonly evidence?: string;
  readonly actualTokens?: number;
  readonly reason?: string;
}

const finishing = (name: string, description: string, examples: readonly string[]): Command =>
  verb(name, description, examples).requiredOption("--id <card>", "its id");
const FENCE = ["--fence <number>", "only while this claim holds; without it: whoever has the card"] as const;

export function backlogCompleteCommand(cli: Cli): Command {
  return finishing("complete", "say that a card is done", [
    "mosaic fleet backlog complete --id A1 --fence 1 --evidence 'commit 1f3a'",
    "mosaic fleet backlog complete --id A1  # the operator's word",
  ])
    .option(...FENCE, numberOf)
    .option("--evidence <text>", "what shows it: text, or JSON")
    .option("--actual-tokens <number>", "what it cost", numberOf)
    .action(async ({ id, fence, evidence, actualTokens, ...options }: FinishFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { card, freed } = await backlog.complete({
        id,
        ...(fence === undefined ? {} : { fence }),
        ...(evidence === undefined ? {} : { evidence: jsonOr(evidence) }),
        ...(actualTokens === undefined ? {} : { actual_tokens: actualTokens }),
      });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card, freed }, () => cardLine(cli.out, card));
      if (freed.length > 0) cli.out.note(`Can be claimed now: ${freed.join(", ")}`);
    });
}

export function backlogBlockCommand(cli: Cli): Command {
  return finishing("block", "take a card out of play until it is unblocked; ends its claim", [
    "mosaic fleet backlog block --id A1 --reason 'waits for the customer'",
  ])
    .option(...FENCE, numberOf)
    .option("--reason <text>", "why")
    .action(async ({ id, fence, reason, ...options }: FinishFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const more = { ...(fence === undefined ? {} : { fence }), ...(reason === undefined ? {} : { reason }) };
      const card = await backlog.block({ id, ...more });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card }, () => cardLine(cli.out, card));
    });
}
