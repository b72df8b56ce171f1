import { spawnSync } from "node:child_process";

/** A program and its arguments, started as they are: no shell. */
export type Argv = readonly [string, ...string[]];

export interface Subject {
  readonly name: string;
  /** Programs that run one after the other; their times are added up. */
  readonly programs: readonly Argv[];
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Milliseconds of wall clock, one number per round. */
export interface Sample {
  readonly name: string;
  readonly times: readonly number[];
  /** The ratio to the floor that we want to stay below. */
  readonly goal?: number;
}

/**
 * Runs every subject once per round, each round beginning with another one, so that load on the machine hits all
 * alike.
 *
 * @throws When a program fails: what does not work has no speed.
 */
export function measure(subjects: readonly Subject[], rounds: number, warmUp = 3): Sample[] {
  const samples = subjects.map(({ name }) => ({ name, times: new Array<number>() }));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + round) % subjects.length;
      const subject = subjects[index];
      if (!subject) continue;
      const elapsed = timeOf(subject);
      if (round >= warmUp) samples[index]?.times.push(elapsed);
    }
  }
  return samples;
}

/** The sum of what the programs take, in milliseconds. */
export const timeOf = ({ programs, env }: Omit<Subject, "name">): number =>
  programs.reduce((total, program) => total + timed(program, env).elapsed, 0);

/** @throws When the program does not exit 0. */
export function timed(
  [program, ...args]: Argv,
  env: NodeJS.ProcessEnv = process.env,
): { readonly elapsed: number; readonly stdout: string } {
  const began = performance.now();
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 2 ** 28,
  });
  const elapsed = performance.now() - began;
  if (error) throw error;
  if (status !== 0) throw new Error(`${[program, ...args].join(" ")} exited ${String(status)}:\n${stderr}`);
  return { elapsed, stdout };
}

/** What remains of `sample` without the time that `part` took in the same round. */
export const less = (name: string, sample: Sample, part: Sample): Sample => ({
  name,
  times: sample.times.map((time, round) => time - (part.times[round] ?? 0)),
});

/** The median over the rounds of the ratio within one round. */
export const ratio = (sample: Sample, floor: Sample): number =>
  quantile(
    sample.times.map((time, round) => time / (floor.times[round] ?? Number.NaN)),
    0.5,
  );

/** @param share - From 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** A table of the samples with their ratios to the first of them, the floor. */
export function report(title: string, [floor, ...others]: readonly [Sample, ...Sample[]]): string {
  const samples = [floor, ...others];
  const width = Math.max(...samples.map(({ name }) => name.length));
  const number = (value: number): string => value.toFixed(1).padStart(9);
  const rows = samples.map((sample) => {
    const { name, times, goal } = sample;
    const figures = [Math.min(...times), quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)];
    const wanted = goal === undefined ? "" : `   goal ${goal.toFixed(2)}x`;
    return `${name.padEnd(width)} ${`${ratio(sample, floor).toFixed(2)}x`.padStart(8)}${figures.map(number).join("")}${wanted}`;
  });
  const heads = ["min ms", "median", "p95", "max"].map((head) => head.padStart(9)).join("");
  return [
    `${title}, ${String(floor.times.length)} rounds`,
    "",
    `${"".padEnd(width)} ${"ratio".padStart(8)}${heads}`,
    ...rows,
    "",
  ].join("\n");
}
