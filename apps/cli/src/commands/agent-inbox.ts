import { Option, type Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function agentInboxCommand(cli: Cli): Command {
  return verb("inbox", "the messages that wait for an agent, and what became of earlier ones", [
    "mosaic agent inbox coder0",
    "mosaic agent inbox operator   # to you; _operator where a seat has that name",
    "mosaic agent inbox --queued --json",
  ])
    .argument("[agent]", "an agent of the roster, or operator (default: everybody)")
    .option("--queued", "only what still waits")
    .action(async (agent: string | undefined, options: HomeOption & { queued?: true }) => {
      const fleet = await cli.fleet(options);
      const all = await fleet.inbox(agent, cli.signal);
      const mail = options.queued === true ? all.filter(({ state }) => state === "queued") : all;
      const now = Date.now();
      const { inboxText, mailRow } = await import("../mail-text.ts");
      cli.out.answer({ mail: mail.map((one) => mailRow(one, now)) }, () => inboxText(cli.out, mail, now));
      if (mail.length === 0) cli.out.note("Nothing waits.");
    });
}

export function agentDeliverCommand(cli: Cli): Command {
  return verb("deliver", "deliver what waits in mailboxes, to agents that are ready now", [
    "mosaic agent deliver",
    "mosaic agent deliver --wait   # until nothing waits",
  ])
    .option("--wait", "go on until nothing waits; a message that waits starts this by itself")
    .addOption(new Option("--unattended", "say that it began, and no more").hideHelp())
    .action(async ({ wait, unattended, ...options }: HomeOption & { wait?: true; unattended?: true }) => {
      const { out } = cli;
      const fleet = await cli.fleet(options);
      let count = 0;
      await fleet.deliverMail({
        wait: wait === true,
        signal: cli.signal,
        began: (mine) => {
          if (wait !== true) return;
          out.line({ waiting: mine }, () => (mine ? "Waiting for the agents." : "Somebody waits already."));
        },
        report: (handed) => {
          count += 1;
          if (unattended === true) return;
          out.line(
            { ...handed },
            () => `${handed.state}  #${handed.id}  ${handed.receiver}\n  ${handed.why}`,
          );
        },
      });
      if (count === 0 && wait !== true) out.note("Nothing was delivered.");
    });
}
