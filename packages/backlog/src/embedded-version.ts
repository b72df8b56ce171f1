import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BacklogError } from "./error.ts";
import { isUnfinished } from "./unfinished.ts";

/** The Postgres inside the pinned PGlite. */
export const EMBEDDED_MAJOR = "18";

const unlessMissing = (error: unknown): undefined => {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
};

/**
 * A folder of another Postgres would be ruined by opening it, and one with other files by filling it. Changes nothing; one
 * that is empty, not there, or in which a store is being made, is fine.
 *
 * @throws {@link BacklogError} `BACKLOG_STORE_VERSION`; the system's own error when it cannot be read.
 */
export async function refuseForeign(dataDir: string): Promise<void> {
  const major = (await readFile(join(dataDir, "PG_VERSION"), "utf8").catch(unlessMissing))?.trim();
  if (major === EMBEDDED_MAJOR) return;
  if (major !== undefined)
    throw new BacklogError({
      code: "BACKLOG_STORE_VERSION",
      message: `${dataDir} was written by Postgres ${major}, and this program has Postgres ${EMBEDDED_MAJOR}`,
      hint: "Export it with the mosaic that wrote it, move the folder away, and import into a new one.",
    });
  if (isUnfinished(dataDir)) return;
  const names = (await readdir(dataDir).catch(unlessMissing)) ?? [];
  if (names.length === 0) return;
  throw new BacklogError({
    code: "BACKLOG_STORE_VERSION",
    message: `${dataDir} holds files and is not a store`,
    hint: "Give an empty folder, or one that does not exist yet.",
  });
}
