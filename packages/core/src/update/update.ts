import { isFleetError } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import type { Roster } from "@mosaic/fleet-roster";
import type { Outcome } from "../apply.ts";
import type { FleetContext } from "../context.ts";
import { agentsMosaic, writeAgentsMosaic } from "../install-home.ts";
import { reload } from "../manage/install-units.ts";
import { lock } from "../lock.ts";
import { isRelaunchUnfinished, planRelaunch, relaunch } from "./relaunch.ts";
import { planHomeSeed, seed, seedFacts, type SeedFacts } from "./seed.ts";
import type { SeedEffect } from "./seed-plan.ts";
import { cliFacts, fetchCli, installCli, type CliFacts, type FetchedCli } from "./self-update.ts";
import { planUnits, unitsOwner, writeUnits, type UnitChange } from "../manage/units.ts";
import { mayAnswer } from "../manage/user-manager.ts";

/** For the files and the units of a home; a relaunch takes longer. */
const LOCK_WAIT_MS = 10_000;

export interface UpdateOptions {
  /** Leaves the framework and the units as they are. */
  readonly reseed: boolean;
  readonly relaunch: boolean;
  /** Says what would be done and does nothing. */
  readonly dryRun: boolean;
  /** The script that this program only stands in for, in a dry run of a version that is not installed. */
  readonly inPlaceOf: string | undefined;
}

/** What an update of a home does or did. */
export interface HomeUpdate {
  /** The version whose framework the home held; null when it was never seeded whole. */
  readonly from: string | null;
  readonly to: string;
  readonly files: readonly SeedEffect[];
  /** The service units that were brought up to date. */
  readonly units: readonly UnitChange[];
  /** The agents that are restarted, in this order. */
  readonly relaunch: readonly string[];
  /** What became of them; empty in a dry run. */
  readonly outcomes: readonly Outcome[];
  /** Whether agents wait for a relaunch that was interrupted, or stopped at one of them. */
  readonly relaunch_unfinished: boolean;
}

/** What an update needs of the fleet. */
export interface Updating {
  readonly roster: () => Promise<Roster>;
  /** Restarts one agent and waits until it is ready. */
  readonly restart: (agent: string) => Promise<readonly Outcome[]>;
}

/** The command line and the framework of a home, brought up to date. */
export interface Update {
  /** See {@link cliFacts}. */
  cli(signal?: AbortSignal): Promise<CliFacts>;
  /** See {@link installCli}. */
  installCli(version: string): Promise<Argv>;
  /** See {@link fetchCli}. */
  fetchCli(version: string, signal?: AbortSignal): Promise<FetchedCli>;
  /** What the home holds. Read-only. */
  seeded(): Promise<SeedFacts>;
  /** See {@link updateHome}. */
  home(options: UpdateOptions, updating: Updating): Promise<HomeUpdate>;
}

export function openUpdate(context: FleetContext): Update {
  return {
    cli: (signal) => cliFacts(context, signal),
    installCli: (version) => installCli(context, version),
    fetchCli: (version, signal) => fetchCli(context, version, signal),
    seeded: () => seedFacts(context),
    home: (options, updating) => updateHome(context, options, updating),
  };
}

/**
 * Brings the home to the framework of this program: files, active units, and on demand the agents that run. Each part
 * goes on where an interrupted one stopped.
 *
 * @throws CoreError `WRITE_FAILED`, `LOCK_HELD`.
 */
async function updateHome(
  context: FleetContext,
  options: UpdateOptions,
  { roster: load, restart }: Updating,
): Promise<HomeUpdate> {
  const act = !options.dryRun;
  // Two at once would restart the agents twice.
  using _ = act
    ? await lock(context.home.lock("update"), LOCK_WAIT_MS, "another update of this home is running")
    : undefined;
  const { seeded: from } = await seedFacts(context);
  const [node, script] = context.program;
  const program: Argv = options.inPlaceOf === undefined ? [node, script ?? ""] : [node, options.inPlaceOf];
  const files = options.reseed ? await updateFiles({ ...context, program }, act) : [];
  const units = options.reseed ? await updateUnits(context, act) : [];
  const roster = options.relaunch ? await rosterIfAny(load) : undefined;
  const names = roster ? await planRelaunch(context, roster) : [];
  const outcomes = roster && act ? await relaunch(context, roster, restart) : [];
  const relaunch_unfinished = await isRelaunchUnfinished(context);
  return { from, to: context.version, files, units, relaunch: names, outcomes, relaunch_unfinished };
}

async function updateFiles(context: FleetContext, act: boolean): Promise<readonly SeedEffect[]> {
  const effects = act ? await seed(context) : await planHomeSeed(context);
  const shim = await agentsMosaic(context);
  // A home without one has never started an agent.
  if (shim.there === undefined || shim.there === shim.content) return effects;
  if (act) await writeAgentsMosaic(shim);
  const path = shim.path.slice(context.home.root.length + 1);
  return [...effects, { effect: "change", path, kept_as: null, why: "agents call this mosaic" }];
}

/** Only those that are installed, and for this home. */
async function updateUnits(context: FleetContext, act: boolean): Promise<readonly UnitChange[]> {
  if ((await unitsOwner(context)) !== context.home.root) return [];
  if (!act) return planUnits(context, false);
  const changes = await writeUnits(context, false);
  // Always: of an interrupted update only this may be missing. A manager that does not run reads them when it starts.
  if (mayAnswer(context)) await reload(context);
  return changes;
}

const rosterIfAny = (load: () => Promise<Roster>): Promise<Roster | undefined> =>
  load().catch((error: unknown) => {
    if (isFleetError(error) && error.code === "ROSTER_MISSING") return undefined;
    throw error;
  });
