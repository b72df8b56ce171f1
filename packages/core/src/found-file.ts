import { lstat, readFile } from "node:fs/promises";
import { readFailed, writeFailed } from "./files.ts";
import { sha256 } from "./update/manifest.ts";
import type { FoundFile } from "./update/seed-plan.ts";

const EMPTY = sha256(new Uint8Array());

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/**
 * What stands at a path of the home, and where it would be kept. Read-only.
 *
 * @param date - Of a kept version's name: `2026-11-21`.
 * @throws CoreError `WRITE_FAILED` where something stands that is no file: nothing has been changed yet.
 */
export async function findFile(root: string, path: string, date: string): Promise<FoundFile | undefined> {
  const place = `${root}/${path}`;
  const stats = await lstat(place).catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw readFailed(place, cause);
  });
  if (!stats) return undefined;
  if (!stats.isFile() && !stats.isSymbolicLink()) {
    const cause = Object.assign(new Error("something that is no file stands there"), { code: "EISDIR" });
    throw writeFailed(place, cause);
  }
  const sum = await sumOf(place);
  return {
    kind: stats.isFile() ? "file" : "link",
    sum,
    empty: sum === EMPTY,
    executable: (stats.mode & 0o100) !== 0,
    keepAs: await keepAs(root, `${path}.operator-${date}`, sum),
  };
}

/** @returns `undefined` when nothing can be read there: no file, or a link that leads nowhere. */
async function sumOf(place: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(place));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "EISDIR") return undefined;
    throw readFailed(place, cause);
  }
}

/** A free name, or the one under which this very content is kept already. */
async function keepAs(root: string, dated: string, sum: string | undefined): Promise<string> {
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? dated : `${dated}-${String(copy)}`;
    const there = await lstat(`${root}/${name}`).catch(() => undefined);
    if (!there || (sum !== undefined && there.isFile() && (await sumOf(`${root}/${name}`)) === sum))
      return name;
  }
}
