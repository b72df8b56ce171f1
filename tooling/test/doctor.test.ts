import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { FINDINGS } from "../../packages/core/src/doctor/codes.ts";

const root = dirname(dirname(import.meta.dirname));

test("every finding of the doctor is made to happen by a test on real tools", async () => {
  const paths = globSync("apps/cli/test/doctor*.test.ts", { cwd: root });
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  const codes = Object.keys(FINDINGS).filter((code) => !texts.some((text) => text.includes(`"${code}"`)));
  expect(codes).toEqual([]);
});
