import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

/** @param group - The commands it stands among: of the cards, or of their store. */
export function backlogImportCommand(cli: Cli, group = "fleet backlog"): Command {
  return verb("import", "take all cards of a file, or none; what is there stays as it is", [
    `mosaic ${group} import cards.jsonl`,
    `echo '{"id":"A1","title":"Parse"}' | mosaic ${group} import -`,
  ])
    .argument("<file>", "lines of JSON: an export, or one card each; - for standard input")
    .action(async (file: string, options: HomeOption) => {
      const { recordsIn } = await import("../backlog-lines.ts");
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const result = await backlog.import(recordsIn(file));
      const { cards, events, mail, spend, existing } = result;
      cli.out.answer({ ...result }, () =>
        [
          `New: ${String(cards)} cards, ${String(events)} events, ${String(mail)} messages, ${String(spend)} entries of spend.`,
          ...(existing === 0 ? [] : [`There already: ${String(existing)}.`]),
        ].join("\n"),
      );
    });
}

export function backlogExportCommand(cli: Cli, group = "fleet backlog"): Command {
  return verb("export", "everything the store knows, a line of JSON each", [
    `mosaic ${group} export > backlog.jsonl`,
  ]).action(async (options: HomeOption) => {
    await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
    const { printLines } = await import("../backlog-lines.ts");
    await printLines(backlog.export(), cli.signal);
  });
}

export function backlogDoctorCommand(cli: Cli): Command {
  return verb("doctor", "compare the counters with the truth, look for circles, write and read back", [
    "mosaic fleet backlog doctor",
    "mosaic fleet backlog doctor --repair",
  ])
    .option("--repair", "mend what was found")
    .action(async ({ repair, ...options }: HomeOption & { readonly repair?: true }) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const report = await backlog.doctor(repair === undefined ? {} : { repair });
      const { findings, cards } = report;
      cli.out.answer({ ...report }, () =>
        findings.length === 0
          ? `Nothing wrong in ${String(cards)} cards.`
          : findings.map(({ message, repaired }) => `${message}${repaired ? " (repaired)" : ""}`).join("\n"),
      );
      if (findings.some(({ repaired }) => !repaired)) cli.exit(EXIT.failed);
    });
}
