import { Option, type Command } from "commander";
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

export function backlogGraphCommand(cli: Cli): Command {
  return verb("graph", "which card waits for which", [
    "mosaic fleet backlog graph",
    "mosaic fleet backlog graph --format dot | dot -Tsvg > backlog.svg",
  ])
    .addOption(new Option("--format <format>", "how").choices(["tree", "dot", "mermaid"]).default("tree"))
    .action(async ({ format, ...options }: HomeOption & { readonly format: "tree" | "dot" | "mermaid" }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { allCards, graphText } = await import("../backlog-graph.ts");
      const cards = await allCards(backlog);
      const nodes = cards.map(({ id, title, status, depends_on }) => ({ id, title, status, depends_on }));
      cli.out.answer({ cards: nodes }, () => graphText(cli.out, cards, format, process.stdout.columns));
    });
}

export function backlogBoardCommand(cli: Cli): Command {
  return verb("board", "the cards in columns", ["mosaic fleet backlog board --by phase"])
    .addOption(new Option("--by <field>", "what a column is").choices(["status", "phase"]).default("status"))
    .action(async ({ by, ...options }: HomeOption & { readonly by: "status" | "phase" }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const { allCards, boardColumns, boardText } = await import("../backlog-graph.ts");
      const columns = boardColumns(await allCards(backlog), by);
      cli.out.answer({ columns }, () => boardText(cli.out, columns, process.stdout.columns));
    });
}
