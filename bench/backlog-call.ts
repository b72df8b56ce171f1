/**
 * What one call of the built command line costs on the embedded store: with its service running, and starting it. And the
 * memory of the service: at its start, after 10,000 cards, after 10,000 claims.
 *
 *   node bench/backlog-call.ts [--rounds 30] [--cards 10000]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectStore } from "../packages/backlog/src/store-client.ts";
import { storePlace } from "../packages/backlog/src/store-place.ts";
import { measure, report, timed, timeOf, type Argv, type Sample } from "./paired.ts";
import { machine, NODE, openWorld } from "./world.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "30" }, cards: { type: "string", default: "10000" } },
});
const rounds = Number(values.rounds);
const cards = Number(values.cards);
const COLD_ROUNDS = 5;

await using world = await openWorld();
const { env, folder } = world;
const backlog = (...args: string[]): Argv => world.mosaic("fleet", "backlog", ...args);
const show = backlog("show", "first");

function printed(title: string, samples: readonly Sample[]): void {
  // There are several of them.
  process.stdout.write(`${report(`${title} (${machine()})`, samples as unknown as [Sample, ...Sample[]])}\n`);
}

interface Service {
  readonly pid: number;
  readonly version: string;
}

function service(): Service {
  const { stdout } = timed(world.mosaic("store", "status", "--json"), env);
  const { service: running } = JSON.parse(stdout) as { readonly service: Service | null };
  if (running === null) throw new Error("no store service runs");
  return running;
}

/** What the service holds in memory, in MB. */
const memory = (): string =>
  (Number(timed(["ps", "-o", "rss=", "-p", String(service().pid)]).stdout) / 1024).toFixed(0);

const first = timeOf({ programs: [backlog("create", "--id", "first", "--title", "The first")], env });
const cold: { readonly node: number[]; readonly stopped: number[] } = { node: [], stopped: [] };
for (let round = 0; round < COLD_ROUNDS; round++) {
  world.call("store", "stop");
  cold.node.push(timeOf(NODE));
  cold.stopped.push(timeOf({ programs: [show], env }));
}
printed("Cold", [
  { name: "node -e 0", times: cold.node },
  { name: "backlog show, which starts the service", times: cold.stopped },
]);
process.stdout.write(`the first call of a home, which makes the store: ${first.toFixed(0)} ms\n\n`);
const atStart = memory();

const { version } = service();
const place = storePlace(join(folder, "home/fleet/backlog"), env.TMPDIR ?? "/tmp");
await using client = await connectStore({
  place,
  version,
  start: () => Promise.reject(new Error("the store service ended")),
});
for (let card = 0; card < cards; card++)
  await client.create({ id: `c${String(card)}`, title: "Parse the header and say what is wrong with it" });
const afterCards = memory();

/** What no program for Node can stay below: it connects, says one line and reads two. */
const script = (op: string, request: object): string => `
const socket = require("node:net").connect(${JSON.stringify(place.socket)});
let got = "";
socket.on("data", (data) => {
  if ((got += data).split("\\n").length > 2) socket.end();
});
socket.write(${JSON.stringify(JSON.stringify({ op, request }))} + "\\n");`;
const bare = (op: string, request: object): Argv => [process.execPath, "-e", script(op, request)];
printed(
  "Calls with the service running",
  measure(
    [
      NODE,
      { name: "a bare script that shows a card", programs: [bare("show", { id: "first" })], env },
      { name: "a bare script that claims one", programs: [bare("claim", { owner: "bench" })], env },
      { name: "backlog show", programs: [show], env },
      { name: "backlog list --limit 10", programs: [backlog("list", "--limit", "10")], env },
      { name: "backlog claim", programs: [backlog("claim", "--owner", "bench")], env },
    ],
    rounds,
  ).map((sample, index) => (index < 3 ? sample : { ...sample, goal: 1.6 })),
);

const left = cards - 2 * rounds - 20;
for (let claim = 0; claim < left; claim++) await client.claim({ owner: "bench" });
process.stdout.write(
  `memory of the service: ${atStart} MB at its start, ${afterCards} MB after ${String(cards)} cards, ${memory()} MB after ${String(left)} claims\n`,
);
world.call("store", "stop");
