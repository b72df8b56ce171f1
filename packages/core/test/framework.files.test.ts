import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { readFramework } from "../src/update/framework.ts";

const FRAMEWORK = join(import.meta.dirname, "../../../framework");

test("every file of the framework has a place in a home that is not the operator's", async () => {
  const entries = await readdir(FRAMEWORK, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => relative(FRAMEWORK, join(entry.parentPath, entry.name)));
  expect((await readFramework(FRAMEWORK)).map(({ path }) => path)).toEqual(paths.sort());
});

test("what agents and units call is executable in a home, and nothing else is", async () => {
  const executable = (await readFramework(FRAMEWORK))
    .filter((file) => file.executable)
    .map(({ path }) => path);
  expect(executable).toContain("tools/fleet/start-agent-session.sh");
  expect(executable.filter((path) => !path.endsWith(".sh"))).toEqual([]);
});
