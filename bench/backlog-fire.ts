/**
 * Claimers work off a backlog while they, their store and its clock are shot at; then their journals are compared with
 * what the store has. Something is shot at every MS milliseconds on average. Exits 1 when a rule is broken or the cards are not done in time.
 *
 *   node --conditions=@mosaic/source bench/backlog-fire.ts --store embedded|server
 *     [--claimers 32] [--cards 10000] [--seed N] [--minutes 15] [--every MS]
 */
import { parseArgs } from "node:util";
import { fire } from "../packages/backlog/test/fire.ts";
import { FIRE_RULES } from "../packages/backlog/test/fire-verdict.ts";
import { embeddedFire, serverFire } from "../packages/backlog/test/fire-world.ts";
import { machine } from "./world.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    claimers: { type: "string", default: "32" },
    cards: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    minutes: { type: "string", default: "15" },
    every: { type: "string", default: "1000" },
  },
});
const { store } = values;
if (store !== "embedded" && store !== "server") throw new Error("Say --store embedded or --store server.");
const [claimers, cards, seed] = [Number(values.claimers), Number(values.cards), Number(values.seed)];

console.log(`The backlog under fire: ${store} store (${machine()})`);
console.log(`${String(claimers)} claimers, ${String(cards)} cards, seed ${String(seed)}`);
await using world = await (store === "embedded" ? embeddedFire() : serverFire({ movable: true }));
const report = await fire(world, {
  ...{ claimers, cards, seed, deadlineMs: Number(values.minutes) * 60_000 },
  ...{ everyMs: Number(values.every), mostBlows: Infinity, ttlSeconds: 2, stepSeconds: 20 },
});
const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${String(count)} ${name}`)
    .sort()
    .join(", ");
console.log(`
duration         ${(report.durationMs / 1_000).toFixed(0)} s
blows            ${list(report.blows)}
claims           ${String(report.claims)}
cards completed  ${String(report.completes)}
refused writes   ${list(report.refused)}
  of those       ${String(report.refusedBehindAnother)} when another had the card already`);
for (const rule of FIRE_RULES) {
  const broken = report.violations.filter((violation) => violation.startsWith(`broken: ${rule}: `));
  console.log(`${broken.length === 0 ? "held  " : "BROKEN"} ${rule}`);
  for (const violation of broken.slice(0, 5)) console.log(`       ${violation}`);
}
if (report.violations.length > 0) process.exitCode = 1;
