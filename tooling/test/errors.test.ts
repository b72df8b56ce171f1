import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = dirname(dirname(import.meta.dirname));
/** Not thrown by a package: the command line's own. */
const OF_THE_CLI = ["INTERNAL", "OUTPUT_FAILED", "REPLACED", "USAGE"];

async function thrown(): Promise<string[]> {
  const codes: string[] = [];
  for (const path of globSync("packages/*/src/error.ts", { cwd: root })) {
    const exports: Readonly<Record<string, unknown>> = await import(join(root, path));
    const lists = Object.entries(exports).filter(([name]) => name.endsWith("_ERROR_CODES"));
    expect(lists, path).toHaveLength(1);
    codes.push(...lists.flatMap(([, list]) => list as readonly string[])); // By the name of the constant.
  }
  return [...codes, ...OF_THE_CLI];
}

const documented = async (): Promise<{ code: string; exit: number }[]> =>
  [
    ...(await readFile(join(root, "docs/reference/errors.md"), "utf8")).matchAll(
      /^\| `(\w+)` *\| (\d+) *\|/gm,
    ),
  ].map(([, code = "", exit = ""]) => ({ code, exit: Number(exit) }));

test("docs/reference/errors.md lists every error code once, in order, and no other", async () => {
  expect((await documented()).map(({ code }) => code)).toEqual((await thrown()).sort());
});

test("docs/reference/errors.md gives each code the exit code that the command line gives it", async () => {
  const { exitCodeOf } = (await import(join(root, "apps/cli/src/exit-code.ts"))) as {
    exitCodeOf: (code: string) => number; // Its signature.
  };
  const rows = await documented();
  expect(rows.map(({ code }) => ({ code, exit: exitCodeOf(code) }))).toEqual(rows);
});
