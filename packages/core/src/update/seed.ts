import { chmod, link, readdir, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { FleetContext } from "../context.ts";
import { readIfPresent, writeAtomically, writeFailed } from "../files.ts";
import { findFile } from "../found-file.ts";
import { readFramework, type FrameworkFile } from "./framework.ts";
import { lock } from "../lock.ts";
import { journalText, manifestText, parseJournal, parseManifest } from "./manifest.ts";
import { journalOf, pathsOf, planSeed, type Known, type SeedEffect, type SeedPlan } from "./seed-plan.ts";

const EXECUTABLE = 0o755;
const PLAIN = 0o644;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** What is known of a home's framework. */
export interface SeedFacts {
  /** The version whose framework the home holds; null when it never was seeded whole. */
  readonly seeded: string | null;
  /** The version of a seed that was begun and not finished; null when there is none. */
  readonly interrupted: string | null;
  /** The version of this program. */
  readonly shipped: string;
}

/** Read-only. @throws CoreError `READ_FAILED`. */
export async function seedFacts(context: FleetContext): Promise<SeedFacts> {
  const { manifest, journal } = await knownOf(context);
  return {
    seeded: manifest?.mosaic ?? null,
    interrupted: journal?.mosaic ?? null,
    shipped: context.version,
  };
}

/** Whether the home was seeded whole, so that what reads may read there. */
export const isSeeded = ({ home }: FleetContext): Promise<boolean> => exists(home.seedManifest);

/**
 * Seeds a home that never was: what the first verb that writes does. It adds what is missing and leaves what stands;
 * of an interrupted one it adds the rest.
 *
 * @throws CoreError `WRITE_FAILED`, `LOCK_HELD`.
 */
export async function seedIfNever(context: FleetContext): Promise<void> {
  if (await isSeeded(context)) return;
  using _ = await seedLock(context);
  if (await isSeeded(context)) return;
  const seed = await lookForSeed(context);
  const effects = seed.plan.effects.filter(({ effect }) => effect === "add" || effect === "chmod");
  const left = new Set(seed.plan.effects.filter((one) => !effects.includes(one)).map(({ path }) => path));
  const files = new Map([...seed.plan.manifest.files].filter(([path]) => !left.has(path)));
  await perform(context, { ...seed, plan: { effects, manifest: { ...seed.plan.manifest, files } } });
}

/** What {@link seed} would do. Read-only. */
export async function planHomeSeed(context: FleetContext): Promise<readonly SeedEffect[]> {
  return (await lookForSeed(context)).plan.effects;
}

/**
 * Brings the home to the framework of this program, from whatever version before. Interrupted anywhere, every file is the
 * old one or the new one, and the next run completes it.
 *
 * @returns What it did.
 * @throws CoreError `WRITE_FAILED`, `LOCK_HELD`.
 */
export async function seed(context: FleetContext): Promise<readonly SeedEffect[]> {
  using _ = await seedLock(context);
  const found = await lookForSeed(context);
  await perform(context, found);
  return found.plan.effects;
}

const seedLock = ({ home }: FleetContext): Promise<Disposable> =>
  lock(home.lock("seed"), 10_000, "another command is seeding this home");

interface Seed {
  readonly shipped: ReadonlyMap<string, FrameworkFile>;
  readonly known: Known;
  readonly plan: SeedPlan;
}

async function lookForSeed(context: FleetContext): Promise<Seed> {
  const [files, known] = await Promise.all([readFramework(context.framework), knownOf(context)]);
  const date = new Date(context.now()).toISOString().slice(0, 10);
  const found = await Promise.all(
    pathsOf(files, known).map(async (path) => [path, await findFile(context.home.root, path, date)] as const),
  );
  const here = new Map(found.flatMap(([path, file]) => (file ? [[path, file]] : [])));
  const shipped = new Map(files.map((file) => [file.path, file]));
  return { shipped, known, plan: planSeed(context.version, files, known, here) };
}

async function knownOf({ home }: FleetContext): Promise<Known> {
  const [manifest, journal] = await Promise.all([
    readIfPresent(home.seedManifest),
    readIfPresent(home.seedJournal),
  ]);
  return {
    manifest: manifest === undefined ? undefined : parseManifest(manifest),
    journal: journal === undefined ? undefined : parseJournal(journal),
  };
}

async function perform(context: FleetContext, { shipped, known, plan }: Seed): Promise<void> {
  const { home } = context;
  const manifest = manifestText(plan.manifest);
  const effects = plan.effects.filter(({ effect }) => effect !== "absent");
  if (effects.length === 0 && !known.journal && (await readIfPresent(home.seedManifest)) === manifest) return;
  await removeLeftovers(home.root, [
    ...pathsOf([...shipped.values()], known).map((path) => `${home.root}/${path}`),
    home.seedManifest,
    home.seedJournal,
  ]);
  await writeAtomically(home.seedJournal, journalText(journalOf(plan, known)), PLAIN);
  for (const effect of effects) await performOne(home.root, effect, shipped.get(effect.path));
  await writeAtomically(home.seedManifest, manifest, PLAIN);
  await remove(home.seedJournal);
}

async function performOne(
  root: string,
  { effect, path, kept_as }: SeedEffect,
  file: FrameworkFile | undefined,
): Promise<void> {
  const place = `${root}/${path}`;
  if (kept_as !== null) await keep(place, `${root}/${kept_as}`);
  if (effect === "remove") {
    await remove(place);
    await removeEmptyFolders(root, dirname(path));
  }
  if (!file) return;
  if (effect === "add" || effect === "change") await writeAtomically(place, file.content, PLAIN);
  if (file.executable) await changing(place, () => chmod(place, EXECUTABLE));
}

/** Under both names until the old one is replaced or removed: at no moment under none. */
async function keep(place: string, kept: string): Promise<void> {
  await changing(kept, async () => {
    await link(place, kept).catch((cause: unknown) => {
      // Of an interrupted run: the name was chosen because the very same content stands there.
      if (codeOf(cause) !== "EEXIST") throw cause;
    });
  });
}

const remove = (place: string): Promise<void> => changing(place, () => rm(place, { force: true }));

/** Folders that only held what was removed; not those that all homes have. */
async function removeEmptyFolders(root: string, folder: string): Promise<void> {
  for (let path = folder; path.includes("/"); path = dirname(path)) {
    try {
      await rmdir(`${root}/${path}`);
    } catch {
      return;
    }
  }
}

/** What a killed run was writing: beside its file, and never renamed. */
async function removeLeftovers(root: string, places: readonly string[]): Promise<void> {
  const names = new Map<string, Set<string>>();
  for (const place of places)
    names.set(dirname(place), (names.get(dirname(place)) ?? new Set()).add(basename(place)));
  for (const [folder, files] of names) {
    for (const name of await readdir(folder).catch(() => [])) {
      const [, file] = /^(.+)\.[0-9a-f]{8}\.tmp$/.exec(name) ?? [];
      if (file !== undefined && files.has(file)) await remove(`${folder}/${name}`);
    }
  }
}

/** @throws CoreError `WRITE_FAILED`. */
async function changing(place: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (cause) {
    throw writeFailed(place, cause);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
