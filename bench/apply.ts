/**
 * `mosaic fleet apply` of 20 canaries, from nothing to all ready, against as many bare Nodes started at once.
 *
 *   node bench/apply.ts [rounds]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { report, type Sample } from "./paired.ts";
import { machine, openWorld, seats } from "./world.ts";

const COUNT = 20;
const rounds = Number(process.argv[2] ?? 5);

async function nodesAtOnce(): Promise<number> {
  const began = performance.now();
  const children = Array.from({ length: COUNT }, () =>
    spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }),
  );
  await Promise.all(children.map((child) => once(child, "exit")));
  return performance.now() - began;
}

await using world = await openWorld();
await world.declare(seats(COUNT, "canary"));
const floor: number[] = [];
const apply: number[] = [];
const down: number[] = [];
for (let round = -1; round < rounds; round++) {
  const nodes = await nodesAtOnce();
  const up = world.call("fleet", "apply");
  world.call("fleet", "verify");
  const end = world.call("fleet", "down");
  if (round < 0) continue;
  floor.push(nodes);
  apply.push(up);
  down.push(end);
}
const samples: [Sample, Sample, Sample] = [
  { name: `${String(COUNT)} node -e 0 at once`, times: floor },
  { name: `fleet apply of ${String(COUNT)} canaries`, times: apply },
  { name: "fleet down", times: down },
];
process.stdout.write(report(`Apply (${machine()})`, samples));
