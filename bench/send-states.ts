/**
 * Messages to an agent in every state it can be in, of random text from 1 byte to 64 KiB, and whether each receipt
 * was true, in panes of several sizes. What was done is kept in the results file: the same command again goes on where it was stopped.
 *
 *   node bench/send-states.ts [--sends 10000] [--runtimes canary,claude,codex,pi,opencode] [--seed N] [--batch 40] [--jobs 2] [--results FILE]
 */
import { randomInt } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CLAUDE } from "../apps/cli/test/runtime-claude.ts";
import { CODEX } from "../apps/cli/test/runtime-codex.ts";
import { OPENCODE } from "../apps/cli/test/runtime-opencode.ts";
import { PI } from "../apps/cli/test/runtime-pi.ts";
import type { RuntimeUnderTest } from "../apps/cli/test/runtime-world.ts";
import { STATES, sendsTo, type Sends, type State } from "../apps/cli/test/send-states.ts";
import { PANE, canarySubject, runtimeSubject, type Subject } from "../apps/cli/test/send-subject.ts";
import { randomText, seeded } from "./random-text.ts";
import { machine } from "./world.ts";

interface Kind {
  readonly open: () => Promise<Subject>;
  /** States that it cannot be brought into. */
  readonly lacks: readonly State[];
}

/** None of them can be told to report nothing, and not all ask questions. */
const real = (runtime: RuntimeUnderTest): Kind => ({
  open: () => runtimeSubject(runtime),
  lacks: runtime.asking ? ["muted"] : ["muted", "blocked"],
});
const RUNTIMES: Readonly<Record<string, Kind>> = {
  canary: { open: canarySubject, lacks: [] },
  claude: real(CLAUDE),
  codex: real(CODEX),
  opencode: real(OPENCODE),
  pi: real(PI),
};

/** Of the pane, in columns and rows: as an agent is started, and as terminals of people make it. */
const SIZES = [
  [120, 40],
  [80, 24],
  [60, 18],
] as const;

interface Batch {
  readonly runtime: string;
  readonly state: State;
  readonly index: number;
}
type Result = Batch & Sends & { readonly sends: number; readonly seconds: number };
interface Plan {
  readonly seed: number;
  readonly sends: number;
  readonly runtimes: readonly string[];
  /** Messages to one agent, before a new one takes its place. */
  readonly batch: number;
}

const { values } = parseArgs({
  options: {
    sends: { type: "string", default: "10000" },
    runtimes: { type: "string", default: "canary" },
    seed: { type: "string" },
    batch: { type: "string", default: "40" },
    jobs: { type: "string", default: "2" },
    results: { type: "string", default: "send-states.jsonl" },
  },
});

const same = ({ runtime, state, index }: Batch): string => `${runtime} ${state} ${String(index)}`;
const lines = existsSync(values.results) ? readFileSync(values.results, "utf8").trim().split("\n") : [];
const [head, ...rest] = lines.map((line) => JSON.parse(line) as unknown);
const plan = (head ?? {
  seed: values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed),
  sends: Number(values.sends),
  runtimes: values.runtimes.split(","),
  batch: Number(values.batch),
}) as Plan; // As this program wrote it.
const unknown = plan.runtimes.filter((runtime) => RUNTIMES[runtime] === undefined);
if (unknown.length > 0) throw new Error(`there are no states for ${unknown.join(", ")}`);
const keep = (line: unknown): void => {
  appendFileSync(values.results, `${JSON.stringify(line)}\n`);
};
if (head === undefined) keep(plan);

// The keys of a literal.
const states = Object.keys(STATES) as State[];
const subjects = plan.runtimes.flatMap((runtime) =>
  states.flatMap((state) => (RUNTIMES[runtime]?.lacks.includes(state) ? [] : { runtime, state })),
);
const perState = Math.ceil(plan.sends / subjects.length / plan.batch);
const batches = Array.from({ length: perState }, (_, index) =>
  subjects.map((subject): Batch => ({ ...subject, index })),
).flat();
const results = rest as Result[]; // As above.
const known = new Set(results.map(same));
const todo = batches.filter((batch) => !known.has(same(batch)));
process.stdout.write(
  `Sends (${machine()}), seed ${String(plan.seed)}: ${String(known.size)} of ${String(batches.length)} batches done.\n`,
);

async function perform(batch: Batch): Promise<void> {
  await using subject = await RUNTIMES[batch.runtime]?.open();
  if (!subject) return;
  const random = seeded(`${String(plan.seed)} ${same(batch)}`);
  const [width, height] = SIZES[batch.index % SIZES.length] ?? [];
  await subject.world.tmux("resize-window", "-t", PANE, "-x", String(width), "-y", String(height));
  const began = performance.now();
  const sends = await sendsTo(subject, batch.state, plan.batch, () => randomText(random));
  const result: Result = {
    ...batch,
    ...sends,
    sends: plan.batch,
    seconds: Math.round((performance.now() - began) / 1000),
  };
  results.push(result);
  keep(result);
  if (process.stderr.isTTY)
    process.stderr.write(`${String(results.length)} of ${String(batches.length)} batches\r`);
  for (const line of [...result.wrong, ...result.unknown]) process.stdout.write(`${same(batch)}: ${line}\n`);
}

async function work(): Promise<void> {
  for (let batch = todo.shift(); batch !== undefined; batch = todo.shift()) await perform(batch);
}
// What has begun is finished; the same command goes on with the rest.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => todo.splice(0));
await Promise.all(Array.from({ length: Number(values.jobs) }, work));

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;
process.stdout.write(
  `\n${row("runtime", "state", "sends", "accepted", "queued", "not-delivered", "unknown", "false")}`,
);
process.stdout.write(row(...Array.from({ length: 8 }, () => "---")));
const sum = (some: readonly Result[], count: (result: Result) => number): number =>
  some.reduce((total, result) => total + count(result), 0);
for (const { runtime, state } of subjects) {
  const some = results.filter((result) => result.runtime === runtime && result.state === state);
  const verdicts = ["accepted", "queued", "not-delivered", "unknown"];
  const counts = verdicts.map((verdict) => sum(some, (result) => result.verdicts[verdict] ?? 0));
  process.stdout.write(
    row(
      runtime,
      state,
      sum(some, ({ sends }) => sends),
      ...counts,
      sum(some, ({ wrong }) => wrong.length),
    ),
  );
}
const wrong = sum(results, (result) => result.wrong.length);
const missing = sum(results, (result) => result.unknown.length);
process.stdout.write(
  `\n${String(wrong)} false and ${String(missing)} unknown that need not be, in ${String(sum(results, ({ sends }) => sends))} sends.\n`,
);
if (wrong > 0) process.exitCode = 1;
