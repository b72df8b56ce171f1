/**
 * What people wait for when they look at a backlog of 1,000 to 100,000 cards: the built command line on the embedded store
 * whose service runs.
 *
 *   node bench/backlog-reads.ts [--rounds 5] [--largest 100000]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { embeddedDriver } from "../packages/backlog/src/embedded-driver.ts";
import { migrate } from "../packages/backlog/src/migrate.ts";
import { makeCards } from "./backlog-cards.ts";
import { measure, report, type Sample } from "./paired.ts";
import { machine, NODE, openWorld } from "./world.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, largest: { type: "string", default: "100000" } },
});
const VERBS = [
  ["list"],
  ["list", "--status", "ready"],
  ["list", "--phase", "phase-9"],
  ["list", "--after", "c00000500"],
  ["show", "c00000500"],
  ["stats"],
  ["board"],
  ["graph"],
];

for (const count of [1_000, 10_000, 100_000].filter((size) => size <= Number(values.largest))) {
  await using world = await openWorld();
  {
    await using driver = await embeddedDriver(join(world.folder, "home/fleet/backlog"));
    await migrate(driver);
    await makeCards(driver, { count, done: 0.9 });
  }
  world.call("store", "status");
  const subjects = VERBS.map((verb) => ({
    name: verb.join(" "),
    programs: [world.mosaic("fleet", "backlog", ...verb)],
    env: world.env,
  }));
  const samples = measure([NODE, ...subjects], Number(values.rounds), 1);
  world.call("store", "stop");
  // The floor is among them.
  const table = samples as unknown as [Sample, ...Sample[]];
  process.stdout.write(`${report(`${count.toLocaleString("en")} cards (${machine()})`, table)}\n`);
}
