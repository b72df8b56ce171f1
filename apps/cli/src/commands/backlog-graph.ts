import { Option, type Command } from "commander";
import { numberOf } from "../option-values.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

const linking = (cli: Cli, name: "link" | "unlink", description: string): Command =>
  verb(name, description, [`mosaic fleet backlog ${name} --from A2 --to A1`])
    .requiredOption("--from <card>", "the card that waits")
    .requiredOption("--to <card>", "the card it waits for")
    .action(async ({ from, to, ...options }: HomeOption & { readonly from: string; readonly to: string }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const card = await backlog[name]({ from, to });
      const { cardLine } = await import("../backlog-text.ts");
      cli.out.answer({ card }, () => cardLine(cli.out, card));
    });

export const backlogLinkCommand = (cli: Cli): Command => linking(cli, "link", "make a card wait for another");
export const backlogUnlinkCommand = (cli: Cli): Command =>
  linking(cli, "unlink", "let a card no longer wait for another");

interface GraphFlags extends HomeOption {
  readonly format: "tree" | "dot" | "mermaid";
  readonly all?: boolean;
}

export function backlogGraphCommand(cli: Cli): Command {
  return verb("graph", "which card waits for which", [
    "mosaic fleet backlog graph",
    "mosaic fleet backlog graph --all --format dot | dot -Tsvg > backlog.svg",
  ])
    .addOption(new Option("--format <format>", "how").choices(["tree", "dot", "mermaid"]).default("tree"))
    .option("--all", "all cards, not only the first 1000 that are not done")
    .action(async ({ format, all = false, ...options }: GraphFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { graphCards, graphText, leftOutText } = await import("../backlog-graph.ts");
      const graph = await graphCards(backlog, all);
      const cards = graph.cards.map(({ id, title, status, depends_on }) => ({
        id,
        title,
        status,
        depends_on,
      }));
      cli.out.answer({ cards, left_out: graph.leftOut }, () =>
        graphText(cli.out, graph.cards, format, cli.out.width),
      );
      const leftOut = leftOutText(graph);
      if (leftOut !== undefined) cli.out.note(leftOut);
    });
}

interface BoardFlags extends HomeOption {
  readonly by: "status" | "phase";
  readonly limit?: number;
}

export function backlogBoardCommand(cli: Cli): Command {
  return verb("board", "the cards in columns", ["mosaic fleet backlog board --by phase --limit 10"])
    .addOption(new Option("--by <field>", "what a column is").choices(["status", "phase"]).default("status"))
    .option("--limit <number>", "at most so many cards of a column (default: 30, at most 1000)", numberOf)
    .action(async ({ by, limit, ...options }: BoardFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { columns } = await backlog.board({ by, ...(limit === undefined ? {} : { limit }) });
      const { boardText, columnName } = await import("../backlog-board.ts");
      const named = columns.map((column) => ({ ...column, name: columnName(column) }));
      cli.out.answer({ columns: named }, () => boardText(cli.out, named, cli.out.width));
    });
}
