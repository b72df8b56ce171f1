import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { PRESETS } from "../src/presets.ts";

test("help and completion name the presets that ship", async () => {
  const files = await readdir(`${import.meta.dirname}/../../../framework/fleet/examples`);
  expect(files.sort()).toEqual(PRESETS.map((preset) => `${preset}.yaml`));
});
