import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BacklogRecord } from "../src/backlog.ts";
import type { FireClaimer } from "./fire-claimer.ts";
import { readJournal } from "./fire-journal.ts";
import { randomFrom } from "./fire-random.ts";
import { connectFireStore } from "./fire-store.ts";
import { judge, type Verdict } from "./fire-verdict.ts";
import type { FireWorld } from "./fire-world.ts";
import { startProgram, type Program } from "./program.ts";

export interface FireOptions {
  readonly claimers: number;
  readonly cards: number;
  /** Decides what is done to whom and in which order; not when exactly, which is the machine's. */
  readonly seed: number;
  /** After this long it is over, done or not. The last third of it is quiet, so that all can be done. */
  readonly deadlineMs: number;
  /** Between one blow and the next, on average, in milliseconds. */
  readonly everyMs: number;
  /** After so many it is quiet, and the claimers finish. */
  readonly mostBlows: number;
  readonly ttlSeconds: number;
  /** The clock is never further ahead or behind. */
  readonly stepSeconds: number;
}

/** What every run of the tests can afford. */
export const SHORT_FIRE: FireOptions = {
  ...{ claimers: 8, cards: 300, seed: 7, deadlineMs: 200_000 },
  ...{ everyMs: 300, mostBlows: 25, ttlSeconds: 1, stepSeconds: 4 },
};

export interface FireReport extends Verdict {
  readonly durationMs: number;
  /** How often what was killed or moved. */
  readonly blows: Readonly<Record<string, number>>;
}

/** How many of the blows hit a claimer; the others hit the store or its clock. */
const CLAIMER_SHARE = 0.7;

/** Lets claimers work while they, their store and its clock are shot at, and says what is left. */
export async function fire(world: FireWorld, options: FireOptions): Promise<FireReport> {
  const { claimers, cards, seed, deadlineMs, everyMs, mostBlows, ttlSeconds, stepSeconds } = options;
  const random = randomFrom(seed);
  await fill(world, cards, random);
  const began = performance.now();
  const blows: Record<string, number> = {};
  const working = new Map<string, Program>();
  const failed: string[] = [];
  const stop = new AbortController();
  const work = async (owner: string, ownSeed: number): Promise<void> => {
    for (let life = 0; !stop.signal.aborted; life++) {
      const claimer: FireClaimer = {
        ...{ owner, seed: ownSeed + life, journal: join(world.folder, `${owner}.jsonl`), cards, ttlSeconds },
        address: world.address,
      };
      const program = startProgram(new URL("./fire-claimer.ts", import.meta.url), [JSON.stringify(claimer)]);
      working.set(owner, program);
      const { signal, exitCode } = await program.end;
      working.delete(owner);
      if (signal !== null) continue;
      if (exitCode !== 0) failed.push(`${owner} ended with ${String(exitCode)}`);
      return;
    }
  };
  const owners = Array.from({ length: claimers }, (_, n) => `w${String(n)}`);
  const done = Promise.all(owners.map((owner, n) => work(owner, seed + 1_000 * n)));
  const ended = new AbortController();
  const ending = done.finally(() => ended.abort());
  const goesOn = (): boolean => !ended.signal.aborted && performance.now() - began < (deadlineMs * 2) / 3;
  for (let hits = 0; goesOn() && hits < mostBlows;) {
    await Promise.race([pause(everyMs * 2 * random()), ending]);
    const name = await strike(world, working, random, stepSeconds);
    if (name === undefined) continue;
    hits++;
    blows[name] = (blows[name] ?? 0) + 1;
  }
  await world.setClock?.(0);
  await Promise.race([
    pause(Math.max(0, began + deadlineMs - performance.now()), undefined, { ref: false }),
    ending,
  ]);
  stop.abort();
  for (const program of working.values()) program.kill();
  await done;
  const durationMs = performance.now() - began;
  const verdict = await verdictOf(world, owners);
  const violations = [...verdict.violations, ...failed.map((one) => `broken: no claimer failed: ${one}`)];
  return { ...verdict, violations, durationMs, blows };
}

/** A third of the cards wait for up to three that come before them. */
async function fill(world: FireWorld, count: number, random: () => number): Promise<void> {
  await using backlog = await connectFireStore(world.address);
  await backlog.import(
    Array.from({ length: count }, (_, n) => ({
      ...{ id: `c${String(n)}`, title: "t", priority: Math.floor(random() * 3) },
      depends_on:
        n === 0 || random() < 0.67
          ? []
          : Array.from(
              { length: 1 + Math.floor(random() * 3) },
              () => `c${String(Math.floor(random() * n))}`,
            ),
    })),
  );
}

/** @returns What was hit. */
async function strike(
  world: FireWorld,
  working: ReadonlyMap<string, Program>,
  random: () => number,
  stepSeconds: number,
): Promise<string | undefined> {
  const [whom, which] = [random(), random()];
  if (whom < CLAIMER_SHARE) {
    const program = [...working.values()][Math.floor(which * working.size)];
    program?.kill();
    return program && "claimer";
  }
  const steps = world.setClock === undefined ? [] : [world.setClock];
  const stores = Object.entries(world.blows);
  const index = Math.floor(which * (stores.length + steps.length));
  const [name, blow] = stores[index] ?? [];
  if (name !== undefined && blow !== undefined) return (await blow()) ? name : undefined;
  await steps[0]?.(Math.round((random() * 2 - 1) * stepSeconds));
  return "clock step";
}

async function verdictOf(world: FireWorld, owners: readonly string[]): Promise<Verdict> {
  await using backlog = await connectFireStore(world.address);
  const records: BacklogRecord[] = [];
  for await (const record of backlog.export()) records.push(record);
  const { findings } = await backlog.doctor();
  const journals = new Map(owners.map((owner) => [owner, readJournal(join(world.folder, `${owner}.jsonl`))]));
  return judge(
    journals,
    records,
    findings.map(({ message }) => message),
  );
}
