import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  installationOf,
  isNewer,
  PACKAGE_MANAGERS,
  packageFailure,
  parseInstalledPath,
  parseLatest,
  type Installation,
} from "@mosaic/fleet-commands/package-managers";
import type { Argv, RunResult } from "@mosaic/fleet-process";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeFailed } from "../files.ts";
import { lock } from "../lock.ts";

/** What a package manager may take, in milliseconds: it may have to fetch over a slow line. */
const MANAGER_TIMEOUT_MS = 600_000;
/** How many lines of what a package manager printed stand in the message about its failure. */
const MOST_LINES = 6;

/** The command line that runs, and the newest that there is. */
export interface CliFacts {
  readonly installed: string;
  /** Null where no package manager can replace it. */
  readonly latest: string | null;
  readonly newer: boolean;
  /** What installed it. */
  readonly manager: "npm" | "pnpm" | "yarn" | "bun" | "checkout" | "unknown";
  /** How it is updated where `mosaic update` does not; null where it does. */
  readonly advice: string | null;
}

/** Its package, by the name it is published under. */
interface Installed {
  readonly name: string;
  readonly script: string;
  readonly where: Installation;
}

/**
 * Asks the registry that the package manager is configured for. Changes nothing.
 *
 * @throws CoreError `UPDATE_UNREACHABLE` when it cannot be asked.
 */
export async function cliFacts(context: FleetContext, signal?: AbortSignal): Promise<CliFacts> {
  const { name, where } = await installedPackage(context);
  const { version: installed } = context;
  if (where.kind === "checkout") {
    const advice = `This is a checkout: git -C ${where.root} pull && ${where.root}/tooling/prepare.sh`;
    return { installed, latest: null, newer: false, manager: "checkout", advice };
  }
  if (where.kind === "elsewhere") {
    const advice = `It is not installed for the whole user: update it where it comes from, or: npm install --global ${name}`;
    return { installed, latest: null, newer: false, manager: "unknown", advice };
  }
  const result = await runManager(context, PACKAGE_MANAGERS[where.manager].latest(name), signal);
  const latest = result.exitCode === 0 ? parseLatest(result.stdout) : undefined;
  if (latest === undefined) throw unreachable(name, where.manager, result);
  return { installed, latest, newer: isNewer(latest, installed), manager: where.manager, advice: null };
}

/**
 * Replaces the installed command line. The one that runs goes on with what it has loaded; nothing more of it can be
 * loaded afterwards. It is not to be interrupted: a package manager that ends half-way may leave no program at all.
 *
 * @returns The program as it is called from now on.
 * @throws CoreError `UPDATE_FAILED`; the old one is then still there, unless the package manager says otherwise.
 */
export async function installCli(context: FleetContext, version: string): Promise<Argv> {
  using _ = await lock(context.home.lock("update"), 0, "another update of this home is running");
  const { name, script, where } = await installedPackage(context);
  if (where.kind !== "global") return context.program;
  const manager = PACKAGE_MANAGERS[where.manager];
  await successful(context, name, manager.install(name, version, where.prefix));
  const [node] = context.program;
  if (!manager.where) return [node, script];
  const { stdout } = await successful(context, name, manager.where(name));
  return [node, join(parseInstalledPath(stdout, name) ?? packageRoot(script), "dist/mosaic.js")];
}

/** A version in a temporary folder, which disposing removes. */
export interface FetchedCli extends AsyncDisposable {
  /** How it is called. */
  readonly program: Argv;
  /** The script in whose place it would stand if it were installed. */
  readonly inPlaceOf: string;
}

/**
 * Fetches a version to be asked what it would do; what is installed stays.
 *
 * @throws CoreError `UPDATE_FAILED`.
 */
export async function fetchCli(
  context: FleetContext,
  version: string,
  signal?: AbortSignal,
): Promise<FetchedCli> {
  const { name, script: inPlaceOf, where } = await installedPackage(context);
  const manager = PACKAGE_MANAGERS[where.kind === "global" ? where.manager : "npm"];
  const place = join(context.store.temporary, "mosaic-update-");
  const folder = await mkdtemp(place).catch((cause: unknown) => {
    throw writeFailed(place, cause);
  });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await successful(context, name, manager.fetch(name, version, folder), signal);
  } catch (error) {
    await remove();
    throw error;
  }
  const script = join(folder, "node_modules", name, "dist/mosaic.js");
  return { program: [context.program[0], script], inPlaceOf, [Symbol.asyncDispose]: remove };
}

const packageRoot = (script: string): string => dirname(dirname(script));

async function installedPackage({ program }: FleetContext): Promise<Installed> {
  const script = program[1] ?? "";
  const manifest = await readIfPresent(join(packageRoot(script), "package.json"));
  const { name = "mosaic" } = JSON.parse(manifest ?? "{}") as { readonly name?: string }; // Ours, as it was packed.
  return { name, script, where: installationOf(script, name) };
}

/** In the user's home: what stands in the current folder must not decide which registry is asked. */
const runManager = (context: FleetContext, argv: Argv, signal?: AbortSignal): Promise<RunResult> =>
  context.run(argv, { cwd: context.userHome, timeoutMs: MANAGER_TIMEOUT_MS, signal });

async function successful(
  context: FleetContext,
  name: string,
  argv: Argv,
  signal?: AbortSignal,
): Promise<RunResult> {
  const result = await runManager(context, argv, signal);
  if (result.exitCode === 0) return result;
  const output = `${result.stderr}\n${result.stdout}`;
  throw new CoreError({
    code: "UPDATE_FAILED",
    message: `${argv[0]} could not install ${name}:\n${telling(output)}`,
    hint: {
      network: "Check the network and the package manager's registry setting, then run mosaic update again.",
      denied: `Its folder is not yours to write to. Run it with the rights it was installed with: sudo ${argv.join(" ")} — and then mosaic update again, for the home.`,
      disk: "Free some disk space, then run mosaic update again.",
      "unknown-version":
        "The registry does not have that version for you: check its setting and your access.",
      other: `Run it by hand to see more: ${argv.join(" ")}`,
    }[packageFailure(output)],
  });
}

function unreachable(name: string, manager: string, result: RunResult): CoreError {
  const output = `${result.stderr}\n${result.stdout}`;
  const unknown = packageFailure(output) === "unknown-version";
  return new CoreError({
    code: "UPDATE_UNREACHABLE",
    message: `${manager} cannot tell the newest version of ${name}:\n${telling(output)}`,
    hint: `${
      unknown
        ? `The registry that ${manager} asks does not have ${name}: correct its setting.`
        : `Check the network and ${manager}'s registry setting.`
    } Without it, mosaic update --no-self brings the home to the mosaic that is installed.`,
  });
}

/** The lines that name an error, the first of which say the most; else the last of all. */
function telling(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => /\berror\b|\bERR_/i.test(line));
  const shown = errors.length > 0 ? errors.slice(0, MOST_LINES) : lines.slice(-MOST_LINES);
  return shown.map((line) => `    ${line}`).join("\n");
}
