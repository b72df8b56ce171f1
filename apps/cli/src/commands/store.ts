import { Command } from "commander";
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
      const path = file === undefined ? undefined : (await import("node:path")).resolve(file);
      const done = await (await (await cli.fleet(options)).store()).backup(path, cli.signal);
      cli.out.answer({ ...done }, () => `${String(done.records)} records in ${done.path}`);
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
