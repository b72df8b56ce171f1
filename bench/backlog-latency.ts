/**
 * How long a claim takes with more and more cards, nine of ten of them done, on both stores; and with 10,000 cards before the
 * first that can be claimed; and of one phase, or one class. All stores of a kind are open at once and asked in turn.
 *
 *   node bench/backlog-latency.ts [--claims 80] [--largest 1000000]
 */
import { parseArgs } from "node:util";
import { embeddedStores, serverStores } from "./backlog-stores.ts";
import { report, type Sample } from "./paired.ts";
import { machine } from "./world.ts";

const { values } = parseArgs({
  options: { claims: { type: "string", default: "80" }, largest: { type: "string", default: "1000000" } },
});
const claims = Number(values.claims);
const WARM_UP = 10;
const SIZES = [1_000, 10_000, 100_000, 1_000_000].filter((size) => size <= Number(values.largest));
const STUCK = 10_000;

for (const [kind, open] of [
  ["server", serverStores],
  ["embedded", embeddedStores],
] as const) {
  await using stores = await open();
  const subjects = [];
  for (const count of SIZES)
    subjects.push({
      name: `${count.toLocaleString("en")} cards`,
      backlog: await stores.open({ count, done: 0.9 }),
      which: {},
    });
  // The stores are there: of the largest, the cards of one phase and of one class.
  const { name = "", backlog } = subjects.at(-1) ?? {};
  if (backlog)
    for (const which of [{ phase: "phase-9" }, { class: "class-3" }])
      subjects.push({ name: `${name}, of one ${Object.keys(which).join()}`, backlog, which });
  subjects.push({
    name: `100,000 cards and ${STUCK.toLocaleString("en")} stuck before them`,
    backlog: await stores.open({ count: 100_000, done: 0.9, stuck: STUCK }),
    which: {},
  });
  const samples = subjects.map((subject) => ({ ...subject, times: new Array<number>() }));
  for (let claim = -WARM_UP; claim < claims; claim++)
    for (const { name, backlog, which, times } of samples) {
      const began = performance.now();
      const card = await backlog.claim({ ...which, owner: "bench", claim_token: `${name} ${String(claim)}` });
      const elapsed = performance.now() - began;
      if (!card?.id.startsWith("c")) throw new Error("a claim got no card that could be claimed");
      if (claim >= 0) times.push(elapsed);
    }
  // There are several sizes.
  const table = samples as unknown as [Sample, ...Sample[]];
  process.stdout.write(`${report(`Claims on the ${kind} store (${machine()})`, table)}\n`);
}
