import type { Fleet, HomeUpdate } from "@mosaic/fleet-core";
import { replaceByMosaic, runInTerminal } from "./environment.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import type { UpdateFlags } from "./update-flags.ts";
import type { Cli } from "./verb.ts";

/** Tells whether there is something to do: exit 1 when there is. */
export async function check(cli: Cli, fleet: Fleet, { self }: UpdateFlags): Promise<void> {
  const update = await fleet.update();
  const mosaic = self ? await update.cli(cli.signal) : undefined;
  const { files, units } = await homeUpdate(cli, fleet, { dryRun: true });
  const seeded = await update.seeded();
  const waiting = files.filter(({ effect }) => effect !== "absent").length + units.length;
  const newer = mosaic?.newer === true;
  cli.out.answer({ cli: mosaic ?? null, home: { ...seeded, waiting } }, () =>
    [
      mosaic && cliText(mosaic),
      waiting === 0
        ? `The home holds the framework of ${seeded.shipped}.`
        : `${seeded.seeded === null ? "The home was never seeded" : `The home holds the framework of ${seeded.seeded}`}; ${String(waiting)} changes wait. Look: mosaic update --dry-run`,
    ]
      .filter((line) => line !== undefined)
      .join("\n"),
  );
  if (newer || waiting > 0) cli.exit(EXIT.failed);
}

type MosaicFacts = Awaited<ReturnType<Awaited<ReturnType<Fleet["update"]>>["cli"]>>;

function cliText({ installed, latest, newer, manager, advice }: MosaicFacts): string {
  if (advice !== null) return `mosaic ${installed}. ${advice}`;
  if (newer)
    return `mosaic ${installed}; ${latest ?? ""} can be had by ${manager}. Install it: mosaic update`;
  return `mosaic ${installed} is the newest.`;
}

/**
 * Installs a newer command line where there is one; it then takes this process over and goes on with the home. In a dry
 * run it is fetched into a folder of its own and asked.
 *
 * @returns whether the newer one has done the rest.
 */
export async function updateSelf(cli: Cli, fleet: Fleet, flags: UpdateFlags): Promise<boolean> {
  const update = await fleet.update();
  const { installed, latest, newer, manager, advice } = await update.cli(cli.signal);
  if (advice !== null) cli.out.note(advice);
  if (!newer || latest === null) return false;
  const args = [...argsOf(flags), "--updated-from", installed];
  if (flags.dryRun) {
    cli.out.note(`mosaic ${installed} -> ${latest} by ${manager}. Fetching it to ask what it would do here.`);
    await using fetched = await update.fetchCli(latest, cli.signal);
    cli.exit(await runInTerminal([...fetched.program, ...args, "--in-place-of", fetched.inPlaceOf]));
    return true;
  }
  cli.out.note(`mosaic ${installed} -> ${latest} by ${manager}`);
  const program = await update.installCli(latest);
  cli.signal.throwIfAborted();
  replaceByMosaic(program, args);
}

function argsOf({ mosaicHome, reseed, relaunch, dryRun, timeout, json }: UpdateFlags): string[] {
  return [
    "update",
    ...(mosaicHome === undefined ? [] : ["--mosaic-home", mosaicHome]),
    ...(reseed ? [] : ["--no-reseed"]),
    ...(relaunch ? ["--relaunch"] : []),
    ...(timeout === undefined ? [] : ["--timeout", String(timeout)]),
    ...(dryRun ? ["--dry-run"] : []),
    ...(json ? ["--json"] : []),
  ];
}

/** Brings the home up to date, or says what that would do. */
export async function updateHome(cli: Cli, fleet: Fleet, flags: UpdateFlags): Promise<void> {
  const done = await homeUpdate(cli, fleet, flags);
  const { homeUpdateText } = await import("./update-text.ts");
  const { from, to, ...effects } = done;
  const mosaic = { from: flags.updatedFrom ?? to, to };
  cli.out.answer({ dry_run: flags.dryRun === true, cli: mosaic, home: { from, to }, ...effects }, () =>
    homeUpdateText(cli.out, done, flags),
  );
  const failed = done.outcomes.find(({ error }) => error !== null);
  if (!failed?.error) return;
  const goOn = "Then mosaic update --relaunch goes on.";
  // In text each failure has been shown as it came.
  if (cli.out.json) await cli.out.failure({ ...failed.error, hint: `${failed.error.hint} ${goOn}` });
  else cli.out.note(`    ${goOn}`);
  cli.exit(exitCodeOf(failed.error.code));
}

async function homeUpdate(
  cli: Cli,
  fleet: Fleet,
  { reseed, relaunch, dryRun, timeout, inPlaceOf }: Partial<UpdateFlags>,
): Promise<HomeUpdate> {
  const { outcomeText } = await import("./fleet-text.ts");
  const how = {
    signal: cli.signal,
    readyTimeoutMs: timeout === undefined ? undefined : timeout * 1000,
    progress: (outcome: HomeUpdate["outcomes"][number]) => {
      cli.out.note(outcomeText(outcome));
    },
  };
  return (await fleet.update()).home(
    { reseed: reseed !== false, relaunch: relaunch === true, dryRun: dryRun === true, inPlaceOf },
    { roster: () => fleet.roster(), restart: (agent) => fleet.change("restart", [agent], how) },
  );
}
