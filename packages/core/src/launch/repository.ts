import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readIfPresent } from "../files.ts";

/**
 * The folder by which claude remembers whom it trusts: the main folder of the repository that `folder` is in, however deep
 * and also as one of its other work trees, a bare repository itself, or `folder` where there is none.
 *
 * @param folder - Absolute.
 */
export async function repositoryOf(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, ".git");
    const found = await stat(git).catch(() => undefined);
    if (found?.isDirectory() === true) return at;
    if (found?.isFile() === true) return (await mainOf(at, git)) ?? at;
    if (at === dirname(at)) return folder;
  }
}

/**
 * Where a work tree belongs to, by the file that stands in the place of its `.git`; undefined for a submodule, which stands
 * alone.
 */
async function mainOf(tree: string, file: string): Promise<string | undefined> {
  const [, gitdir] = /^gitdir: (.+)$/m.exec((await readIfPresent(file)) ?? "") ?? [];
  if (gitdir === undefined) return undefined;
  const own = resolve(tree, gitdir);
  const common = await readIfPresent(join(own, "commondir"));
  if (common === undefined) return undefined;
  const shared = resolve(own, common.trim());
  return basename(shared) === ".git" ? dirname(shared) : shared;
}
