import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Each row of the table in SECURITY.md: the file and the title in its last column. */
const named = [
  ...readFileSync(join(root, "SECURITY.md"), "utf8").matchAll(/\| `([^`]+\.test\.ts)`: (.+?) +\|$/gm),
].map(([, path = "", title = ""]) => ({ path, title }));

test("SECURITY.md names a test for each thing it says", () => {
  expect(named.length).toBeGreaterThan(10);
});

test.for(named)("$path has: $title", ({ path, title }) => {
  expect(existsSync(join(root, path)), path).toBe(true);
  expect(readFileSync(join(root, path), "utf8")).toContain(`"${title}"`);
});
