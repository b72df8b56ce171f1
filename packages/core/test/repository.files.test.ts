import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun } from "@mosaic/fleet-process";
import { expect, test } from "vitest";
import { repositoryOf } from "../src/launch/repository.ts";

test("the repository of a folder is its main one, as git lays it out", async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "mf-git-")));
  const run = createRun({
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_COUNT: "3",
    ...{ GIT_CONFIG_KEY_0: "user.email", GIT_CONFIG_VALUE_0: "a@b" },
    ...{ GIT_CONFIG_KEY_1: "user.name", GIT_CONFIG_VALUE_1: "a" },
    ...{ GIT_CONFIG_KEY_2: "protocol.file.allow", GIT_CONFIG_VALUE_2: "always" },
  });
  const git = async (folder: string, ...args: readonly string[]): Promise<void> => {
    expect(await run(["git", "-C", join(root, folder), ...args])).toMatchObject({ exitCode: 0 });
  };
  try {
    for (const folder of ["repo/deep/er", "super", "plain"])
      await mkdir(join(root, folder), { recursive: true });
    await git("repo", "init", "-q");
    await git("repo", "commit", "-q", "--allow-empty", "-m", "x");
    await git("repo", "worktree", "add", "-q", "../tree");
    await mkdir(join(root, "tree/deep"));
    await git(".", "clone", "-q", "--bare", "repo", "bare.git");
    await git("bare.git", "worktree", "add", "-q", "../other", "-b", "other");
    await git("super", "init", "-q");
    await git("super", "submodule", "--quiet", "add", "../repo", "sub");
    const cases = [
      ["plain", "plain"],
      ["repo", "repo"],
      ["repo/deep/er", "repo"],
      ["tree", "repo"],
      ["tree/deep", "repo"],
      ["other", "bare.git"],
      ["super/sub", "super/sub"],
    ] as const;
    for (const [folder, repository] of cases)
      expect(await repositoryOf(join(root, folder)), folder).toBe(join(root, repository));
  } finally {
    await rm(root, { recursive: true });
  }
});
