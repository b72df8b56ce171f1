/**
 * Random operations on a store and on a model of it, compared after every one. A sequence that breaks an invariant is
 * shrunk to the shortest that still does, printed with its seed, and the exit code is 1.
 *
 *   node --conditions=@mosaic/source bench/backlog-random.ts [--store embedded|server] [--operations 40000] [--seed N]
 */
import { parseArgs } from "node:util";
import { INVARIANTS } from "../packages/backlog/test/invariants.ts";
import { randomSequences } from "../packages/backlog/test/random-sequence.ts";
import { embeddedStore, serverStore } from "../packages/backlog/test/stores.ts";
import { machine } from "./world.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    operations: { type: "string", default: "40000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const STORES = { embedded: embeddedStore, server: serverStore };
const chosen = Object.entries(STORES).filter(([name]) => (values.store ?? name) === name);
if (chosen.length === 0) throw new Error("Say --store embedded or --store server, or nothing for both.");
const [operations, seed] = [Number(values.operations), Number(values.seed)];

console.log(`Random operations (${machine()}), seed ${String(seed)}`);
for (const [name, open] of chosen) {
  await using store = await open();
  const began = performance.now();
  try {
    const done = await randomSequences(store, { operations, seed });
    const seconds = (performance.now() - began) / 1_000;
    console.log(`${name}: ${String(done)} operations, ${seconds.toFixed(0)} s, every invariant held`);
  } catch (error) {
    console.log(`${name}: BROKEN\n${String(error)}`);
    process.exitCode = 1;
  }
}
console.log(`\nCompared after every operation: the answer, and\n${Object.keys(INVARIANTS).join("\n")}`);
