import { resolve } from "node:path";
import { Command } from "commander";
import { durationOf } from "../option-values.ts";
import { exitCodeOf } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function storeStatusCommand(cli: Cli): Command {
  return verb("status", "which store, where, and who serves it; starts nothing", [
    "mosaic store status",
  ]).action(async (options: HomeOption) => {
    const facts = await (await (await cli.fleet(options)).store()).facts();
    const text = cli.out.json ? undefined : (await import("../backlog-text.ts")).storeText;
    cli.out.answer({ ...facts }, () => text?.(facts, Date.now()) ?? "");
    if (facts.trouble) {
      await cli.out.failure(facts.trouble);
      cli.exit(exitCodeOf(facts.trouble.code));
    }
  });
}

interface PruneFlags extends HomeOption {
  readonly olderThan: number;
  readonly write?: boolean;
}

export function storeStopCommand(cli: Cli): Command {
  return verb("stop", "close the embedded store; the next call that needs it opens it again", [
    "mosaic store stop",
  ]).action(async (options: HomeOption) => {
    const stopped = await (await (await cli.fleet(options)).store()).stop();
    cli.out.answer({ stopped }, () => (stopped ? "The store is closed." : "No store service was running."));
  });
}

export function storeBackupCommand(cli: Cli): Command {
  return verb("backup", "write everything into a new file that only you can read", [
    "mosaic store backup",
    "mosaic store backup /mnt/backup/fleet.jsonl",
  ])
    .argument("[file]", "a new file (default: a dated one beside the store)")
    .action(async (file: string | undefined, options: HomeOption) => {
      const path = file === undefined ? undefined : resolve(file);
      const done = await (await (await cli.fleet(options)).store()).backup(path, cli.signal);
      cli.out.answer({ ...done }, () => `${String(done.records)} records in ${done.path}`);
    });
}

export function storePruneCommand(cli: Cli): Command {
  return verb(
    "prune",
    "forget old events, settled messages and spend, never a card; a dry run without --write",
    [
      "mosaic store prune --older-than 90d          # says how many there are",
      "mosaic store prune --older-than 90d --write  # forgets them",
    ],
  )
    .requiredOption("--older-than <time>", "90d, 12h; 90 is seconds", durationOf)
    .option("--write", "forget them")
    .action(async ({ olderThan, write = false, ...options }: PruneFlags) => {
      await using backlog = await (await cli.fleet(options)).backlog(cli.signal);
      const pruned = await backlog.prune({ older_than_seconds: olderThan, dry_run: !write });
      const { events, mail, spend } = pruned;
      cli.out.answer(
        { ...pruned, written: write },
        () =>
          `${write ? "Forgotten" : "Older"}: ${String(events)} events, ${String(mail)} messages, ${String(spend)} entries of spend.`,
      );
      if (!write) cli.out.note("A dry run: nothing was written. With --write they are forgotten.");
    });
}

/** The store service itself; not for people. */
export function storeServeCommand(cli: Cli): Command {
  return new Command("serve")
    .description("own the embedded store until nobody wants it")
    .option("--mosaic-home <dir>", "the Mosaic home")
    .action(async ({ mosaicHome }: HomeOption) => {
      const { serveStoreHere } = await import("../environment.ts");
      await serveStoreHere(mosaicHome, cli.signal);
      // eslint-disable-next-line no-restricted-properties -- a Postgres that has panicked cannot be closed, and keeps its process alive
      process.stdout.write("", () => process.exit());
    });
}
