import { writeFile } from "node:fs/promises";
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

async function readCache(path: string, key: string): Promise<Roster | undefined> {
  try {
    const text = await readIfPresent(path);
    if (text === undefined) return undefined;
    const cache = JSON.parse(text) as { key?: unknown; roster?: Roster };
    // The key is all that the roster was parsed from, and the rest is what this very program then wrote.
    return cache.key === key ? cache.roster : undefined;
  } catch {
    return undefined;
  }
}
