import { expect, test } from "vitest";
import { randomSequences } from "./random-sequence.ts";
import { serverStore } from "./stores.ts";

test("random operations keep every invariant", { timeout: 120_000 }, async ({ annotate }) => {
  const seed = Date.now() % 2 ** 31;
  await annotate(`seed ${String(seed)}`);
  await using store = await serverStore();
  expect(await randomSequences(store, { operations: 3_000, seed })).toBeGreaterThanOrEqual(3_000);
});
