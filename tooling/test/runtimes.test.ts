import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RUNTIMES } from "../../packages/commands/src/runtimes.ts";
import { LAUNCHED } from "../../apps/cli/src/commands/launch.ts";
import { BUILT_IN_RUNTIMES } from "../../packages/roster/src/schema.ts";
import { PINNED } from "../testkit/src/runtimes.ts";

const root = join(import.meta.dirname, "../..");
const programs = Object.values(RUNTIMES).flatMap(({ name, program }) => (program ? [{ name, program }] : []));

test("rosters and the command line know the runtimes that have an adapter, and each is driven by the conformance suite", () => {
  const names = Object.keys(RUNTIMES).sort();
  expect([...BUILT_IN_RUNTIMES].sort()).toEqual(names);
  expect([...LAUNCHED].sort()).toEqual(names);
  for (const name of names)
    expect(readFileSync(join(root, `apps/cli/test/${name}.runtime.test.ts`), "utf8")).toContain(
      "conformance(",
    );
});

test("the runtimes that are installed for the tests are those that the adapters were tried with", () => {
  const tried = programs.map(({ name, program }) => [name, program.tried]);
  expect(Object.fromEntries(tried)).toEqual(
    Object.fromEntries(Object.entries(PINNED).map(([name, { version }]) => [name, version])),
  );
});

test("every adapter tells how to get the very package that the tests install", () => {
  for (const [name, pinned] of Object.entries(PINNED))
    expect(RUNTIMES[name]?.program?.install).toBe(`npm install --global ${pinned.package}`);
});

test("docs/reference/runtimes.md has the adapters' programs, versions and clear commands", async () => {
  const page = await readFile(join(root, "docs/reference/runtimes.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` +\| `(\w+)` +\| (\S+|this one) +\| `(\S+)` +\|/gm)];
  expect(rows.map(([, ...cells]) => cells)).toEqual(
    Object.values(RUNTIMES)
      .map(({ name, program, clearCommand }) => [
        name,
        program?.name ?? "mosaic",
        program?.tried ?? "this one",
        clearCommand,
      ])
      .sort(),
  );
});
