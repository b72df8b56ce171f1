import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Stands beside a directory in which a store is being made: nothing of it was acknowledged yet. */
const markOf = (dataDir: string): string => `${dataDir}.unfinished`;

/**
 * Empties a directory in which the making of a store was cut short, as by a kill or a full disk.
 *
 * @returns Whether a store has to be made there; then {@link endMaking} says that it was.
 */
export async function beginMaking(dataDir: string): Promise<boolean> {
  const mark = markOf(dataDir);
  const names = existsSync(dataDir) ? await readdir(dataDir) : [];
  if (names.length > 0 && !existsSync(mark)) return false;
  await mkdir(dirname(mark), { recursive: true, mode: 0o700 });
  await writeFile(mark, "");
  // The directory itself stays: it may be a mount point.
  for (const name of names) await rm(join(dataDir, name), { recursive: true });
  return true;
}

/** Whether one is being made, or its making was cut short. */
export const isUnfinished = (dataDir: string): boolean => existsSync(markOf(dataDir));

export const endMaking = (dataDir: string): Promise<void> => rm(markOf(dataDir), { force: true });
