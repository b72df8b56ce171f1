import { createHash } from "node:crypto";
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
  const key = createHash("sha256")
    .update(`${String(CACHE_VERSION)}\0${user}\0${text}`)
    .digest("hex");
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
    // The key is the hash of what this very program parsed and wrote.
    return cache.key === key ? cache.roster : undefined;
  } catch {
    return undefined;
  }
}
