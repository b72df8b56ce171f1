import { writeFile } from "node:fs/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { readIfPresent } from "./files.ts";

/** Bumped when the resolved shape of a roster changes: an older cache is then parsed anew. */
const CACHE_VERSION = 1;

/**
 * The roster of the home. What was parsed before is taken from the cache, by content: the YAML and schema
 * libraries cost more than everything else that `fleet ps` does.
 *
 * @throws {@link CoreError} `ROSTER_MISSING`; RosterError when it does not parse.
 */
export async function loadRoster(context: FleetContext): Promise<Roster> {
  const { home, user } = context;
  const text = await readIfPresent(home.roster);
  if (text === undefined) {
    throw new CoreError({
      code: "ROSTER_MISSING",
      message: `there is no roster at ${home.roster}`,
      hint: "Make one: mosaic fleet init --profile local-canary --write",
    });
  }
  const key = `${String(CACHE_VERSION)} ${user}
${text}`;
  const cached = await readCache(home.rosterCache, key);
  if (cached) return cached;
  const { parseRoster } = await import("@mosaic/fleet-roster");
  const roster = parseRoster(text, home.roster, { tenantId: user });
  // Best effort: without the cache the next call is slower, nothing more. A torn write does not parse.
  await writeFile(home.rosterCache, JSON.stringify({ key, roster }), { mode: 0o600 }).catch(() => undefined);
  return roster;
}

/**
 * The roster of the home; where it does not parse, the last one that did, for what must work nevertheless.
 *
 * @returns `broken` when it does not parse.
 * @throws as {@link loadRoster}, also when no earlier roster is known.
 */
export async function lastGoodRoster(context: FleetContext): Promise<{ roster: Roster; broken: boolean }> {
  try {
    return { roster: await loadRoster(context), broken: false };
  } catch (error) {
    if (!isFleetError(error) || !["ROSTER_INVALID", "ROSTER_TOO_LARGE"].includes(error.code)) throw error;
    const roster = await readCache(context.home.rosterCache);
    if (roster === undefined) throw error;
    return { roster, broken: true };
  }
}

/** @param wanted - Undefined for whatever this program cached last. */
async function readCache(path: string, wanted?: string): Promise<Roster | undefined> {
  try {
    const text = await readIfPresent(path);
    if (text === undefined) return undefined;
    const cache = JSON.parse(text) as { key?: unknown; roster?: Roster };
    // The key is all that the roster was parsed from, and the rest is what this very program then wrote.
    if (wanted !== undefined) return cache.key === wanted ? cache.roster : undefined;
    return String(cache.key).startsWith(`${String(CACHE_VERSION)} `) ? cache.roster : undefined;
  } catch {
    return undefined;
  }
}
