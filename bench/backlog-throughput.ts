/**
 * Cards claimed, and cards claimed and completed, per second on a Postgres server: by 1, 4 and 16 workers, each a process
 * with one connection. Beside it what other queues for Postgres do, and the limit: the bare statements under pgbench. They
 * take turns, each in a database of its own, and whoever waits does nothing.
 *
 *   node bench/backlog-throughput.ts [--rounds 10] [--workers 1,4,16] [--no-fsync]
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { postgresServer, type PostgresServer } from "../tooling/testkit/src/postgres.ts";
import { BARE_CLAIM, BARE_COMPLETE } from "./backlog-bare.ts";
import { QUEUES, type Job } from "./backlog-queues.ts";
import type { Done, Order } from "./backlog-worker.ts";
import { quantile, timed } from "./paired.ts";
import { machine } from "./world.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    workers: { type: "string", default: "1,4,16" },
    "no-fsync": { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const TURN_MS = 500;
/** Whole seconds are all it takes. */
const LIMIT_SECONDS = 1;
const START_TIMEOUT_MS = 120_000;
const LIMIT = "the bare statements, pgbench";
const PER_TURN: Readonly<Record<string, number>> = {
  [LIMIT]: 25_000,
  "graphile-worker, batches of 500": 40_000,
};

/** More than are done in all turns and the warm-up. */
const jobsFor = (subject: string): number => (rounds + 1) * (PER_TURN[subject] ?? 8_000);

/** Who takes turns. */
interface Subject extends Disposable {
  readonly name: string;
  /** Takes a turn, and returns how many jobs per second were done in it. */
  readonly turn: () => number | Promise<number>;
}

async function workersOf(server: PostgresServer, name: string, job: Job, count: number): Promise<Subject> {
  const url = await filled(server, name, name);
  const program = join(import.meta.dirname, "backlog-worker.ts");
  const children = Array.from({ length: count }, () =>
    fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"] }),
  );
  const ready = Promise.all(children.map((child) => heardFrom(child)));
  for (const [number, child] of children.entries()) {
    const order: Order = { queue: name, job, url, name: `worker-${String(number)}`, ms: TURN_MS };
    child.send(order);
  }
  await ready;
  let left = jobsFor(name);
  return {
    name,
    async turn() {
      const answers = Promise.all(children.map((child) => heardFrom(child)));
      for (const child of children) child.send("go");
      const turns = (await answers) as Done[]; // Our own worker's answer.
      left -= turns.reduce((sum, { count }) => sum + count, 0);
      if (left < jobsFor(name) / 20) throw new Error(`there were too few jobs for ${name}`);
      return turns.reduce((sum, { count, ms }) => sum + (1_000 * count) / ms, 0);
    },
    [Symbol.dispose]() {
      for (const child of children) child.kill("SIGKILL");
    },
  };
}

/** @returns The URL of a new database with jobs of a queue. */
async function filled(server: PostgresServer, subject: string, queue: string): Promise<string> {
  const database = await server.database();
  const url = server.url(database);
  await QUEUES[queue]?.fill(url, jobsFor(subject));
  await server.sql(database, "vacuum analyze");
  await server.sql(database, "checkpoint");
  return url;
}

async function heardFrom(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(START_TIMEOUT_MS), heard.signal]);
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("a worker ended before it answered");
  });
  try {
    const messages: unknown[] = await Promise.race([once(child, "message", { signal }), ended]);
    return messages[0];
  } finally {
    heard.abort();
    ended.catch(() => undefined);
  }
}

/** On the same cards, with a client in C. */
async function limitOf(server: PostgresServer, job: Job, count: number): Promise<Subject> {
  const url = new URL(await filled(server, LIMIT, "mosaic"));
  const script = join(server.folder, `${job}.sql`);
  const claim = BARE_CLAIM.replace("to_json(id)::text", "id");
  await writeFile(script, job === "claim" ? `${claim};\n` : `${claim} \\gset\n${BARE_COMPLETE} :id;\n`);
  const program = join(server.bin, "pgbench");
  const clients = ["-c", String(count), "-j", String(Math.min(count, 4)), "-T", String(LIMIT_SECONDS)];
  const where = ["-h", server.folder, "-U", server.user, url.pathname.slice(1)];
  return {
    name: LIMIT,
    turn() {
      const { stdout } = timed([program, "-n", "-M", "prepared", ...clients, "-f", script, ...where]);
      return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** The median over the rounds of the ratio within one round. */
const ratio = (rates: readonly number[], base: readonly number[]): string =>
  quantile(
    rates.map((rate, round) => rate / (base[round] ?? Number.NaN)),
    0.5,
  ).toFixed(2);

function table(title: string, rates: ReadonlyMap<string, readonly number[]>): string {
  const [limit, ours] = [rates.get(LIMIT) ?? [], rates.get("mosaic") ?? []];
  const width = Math.max(...[...rates.keys()].map(({ length }) => length));
  const number = (value: number): string => value.toFixed(0).padStart(8);
  const rows = [...rates].map(([name, of]) => {
    const figures = [quantile(of, 0.5), quantile(of, 0.25), quantile(of, 0.75)].map(number).join("");
    return `${name.padEnd(width)}${figures}${ratio(of, limit).padStart(11)}${ratio(ours, of).padStart(14)}`;
  });
  const heads = `${"median".padStart(8)}${"25 %".padStart(8)}${"75 %".padStart(8)}   / limit   mosaic / it`;
  return [`\n${title}`, `${"".padEnd(width)}${heads}`, ...rows, ""].join("\n");
}

// Every worker of every subject keeps its connection.
const settings = ["shared_buffers=256MB", "max_wal_size=4GB", "max_connections=300"];
await using server = await postgresServer({ durable: !values["no-fsync"], settings });
const disk = values["no-fsync"] ? "off" : "on";
process.stdout.write(`Backlog (${machine()}), fsync ${disk}, ${String(rounds)} rounds\n`);
for (const [job, words] of [
  ["claim", "claims per second"],
  ["work", "claimed and completed per second"],
] as const)
  for (const workers of values.workers.split(",").map(Number)) {
    using stack = new DisposableStack();
    const subjects = [stack.use(await limitOf(server, job, workers))];
    for (const [name, { jobs }] of Object.entries(QUEUES))
      if (jobs.includes(job)) subjects.push(stack.use(await workersOf(server, name, job, workers)));
    const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(turn + round) % subjects.length];
        if (subject !== undefined) rates.get(subject.name)?.push(await subject.turn());
      }
    process.stdout.write(table(`${words}, workers: ${String(workers)}`, rates));
  }
