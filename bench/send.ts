/**
 * `mosaic agent send` to an idle canary, until the receipt says `accepted`.
 *
 *   node bench/send.ts [sends]
 */
import { setTimeout as pause } from "node:timers/promises";
import { quantile, report, timed, timeOf, type Sample } from "./paired.ts";
import { machine, NODE, openWorld, seats } from "./world.ts";

const sends = Number(process.argv[2] ?? 100);
await using world = await openWorld();
await world.declare(seats(1, "canary"));
world.call("fleet", "apply");

const floor: number[] = [];
const sent: number[] = [];
for (let round = -3; round < sends; round++) {
  const node = timeOf(NODE);
  const message = `message ${String(round)}`;
  const { elapsed: send, stdout } = timed(
    world.mosaic("agent", "send", "seat0", "--message", message, "--json"),
    world.env,
  );
  if (!stdout.includes('"verdict":"accepted"')) throw new Error(`not accepted: ${stdout}`);
  // A person's next message comes after the answer.
  await pause(300);
  if (round < 0) continue;
  floor.push(node);
  sent.push(send);
}
const samples: [Sample, Sample] = [
  { name: "node -e 0", times: floor },
  { name: "agent send, accepted", times: sent },
];
const p = (share: number): string => quantile(sent, share).toFixed(0);
process.stdout.write(`${report(`Send (${machine()})`, samples)}p50 ${p(0.5)} ms, p95 ${p(0.95)} ms\n`);
