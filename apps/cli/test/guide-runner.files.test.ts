import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runGuide } from "./guide-runner.ts";

/** Runs a guide of these lines; `~~~` stands for the fence. */
async function guide(...lines: readonly string[]): Promise<readonly string[]> {
  const cwd = await mkdtemp(join(tmpdir(), "mf-guide-"));
  try {
    const path = join(cwd, "guide.md");
    await writeFile(path, `${lines.join("\n").replaceAll("~~~", "```")}\n`);
    const steps = await runGuide(path, { env: process.env, cwd, replace: { THEIRS: "ours" } });
    return steps.map(({ line, command }) => `${String(line)} ${command}`);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

test("commands run in order in one shell, and blocks of other languages do not", async () => {
  const steps = await guide(
    "# Guide",
    "~~~sh",
    "word=THEIRS",
    "# a remark",
    "mkdir a && \\",
    "  cd a",
    "~~~",
    "~~~text",
    "exit 9",
    "~~~",
    "~~~console",
    "$ echo $word; pwd; echo 17 things >&2",
    "ours",
    ".../a",
    "... things",
    "$ false # exit 1",
    "~~~",
  );
  expect(steps).toEqual([
    "3 word=ours",
    "5 mkdir a && \\\n  cd a",
    "12 echo $word; pwd; echo 17 things >&2",
    "16 false # exit 1",
  ]);
});

test.for([
  ["a command that fails", ["~~~sh", "true", "false", "~~~"], /guide\.md:3: false\n.*ended with 1 1/s],
  ["one that should fail and does not", ["~~~sh", "true # exit 3", "~~~"], /ended with 0 0/],
  ["another output", ["~~~console", "$ echo one", "two", "~~~"], /one\n.*is not\ntwo/s],
  ["an end of the shell", ["~~~sh", "exit 0", "~~~"], /ended with none/],
] as const)("%s is told with its place", async ([, lines, words]) => {
  await expect(guide(...lines)).rejects.toThrow(words);
});
