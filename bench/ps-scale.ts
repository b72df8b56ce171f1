/**
 * `mosaic fleet ps` on fleets of 1, 10 and 100 sessions: the programs it starts, and the time per agent.
 *
 *   node bench/ps-scale.ts [rounds]
 */
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listProcesses } from "../packages/commands/src/ps.ts";
import { listPanes, parsePanes } from "../packages/commands/src/tmux.ts";
import { createRun } from "../packages/process/src/run.ts";
import { less, measure, quantile, report, timeOf, type Argv, type Sample } from "./paired.ts";
import { machine, NODE, openWorld, seats, type World } from "./world.ts";

const rounds = Number(process.argv[2] ?? 20);
const none: Sample = { name: "", times: [] };

async function fleetOf(count: number): Promise<World> {
  const world = await openWorld();
  try {
    await world.declare(seats(count, "sleeper"));
    world.call("fleet", "apply", "--timeout", "110");
    return world;
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

/** The names of the programs that one call starts: only wrappers that write them down are on its PATH. */
async function programsOf(world: World, argv: Argv): Promise<string[]> {
  const folder = join(world.folder, "wrappers");
  const log = join(world.folder, "programs.log");
  await mkdir(folder, { recursive: true });
  for (const name of ["tmux", "ps", "sh", "node", "git", "systemctl"]) {
    const path = join(folder, name);
    const rest = world.env.PATH ?? "";
    await writeFile(path, `#!/bin/sh\nPATH='${rest}'\necho ${name} >>'${log}'\nexec ${name} "$@"\n`);
    await chmod(path, 0o755);
  }
  await rm(log, { force: true });
  timeOf({ programs: [argv], env: { ...world.env, PATH: folder } });
  return (await readFile(log, "utf8")).trim().split("\n");
}

/** The same two calls without mosaic: what the tools themselves take. */
async function tools({ env, socket }: World): Promise<Argv[]> {
  const { stdout } = await createRun(env)(listPanes(socket));
  return [listPanes(socket), listProcesses(parsePanes(stdout).map(({ pid }) => pid))];
}

await using one = await fleetOf(1);
await using ten = await fleetOf(10);
await using hundred = await fleetOf(100);
const fleets = [
  [1, one],
  [10, ten],
  [100, hundred],
] as const;

for (const [count, world] of fleets) {
  const programs = await programsOf(world, world.mosaic("fleet", "ps", "--json"));
  process.stdout.write(
    `${String(count).padStart(3)} sessions: ${String(programs.length)} programs started: ${programs.join(", ")}\n`,
  );
}

const ps = fleets.map(([count, world]) => ({
  name: `fleet ps --json, ${String(count)} sessions`,
  programs: [world.mosaic("fleet", "ps", "--json")],
  env: world.env,
}));
const alone = [
  { name: "the tools alone, 1 session", programs: await tools(one), env: one.env },
  { name: "the tools alone, 100 sessions", programs: await tools(hundred), env: hundred.env },
];
const [floor = none, ps1 = none, ps10 = none, ps100 = none, tools1 = none, tools100 = none] = measure(
  [NODE, ...ps, ...alone],
  rounds,
);
process.stdout.write(`\n${report(`fleet ps (${machine()})`, [floor, ps1, ps10, ps100, tools1, tools100])}\n`);

/** Median over the rounds of the growth from 1 to 100 sessions, in milliseconds per agent. */
const growth = (from: Sample, to: Sample): string =>
  (quantile(less("", to, from).times, 0.5) / (100 - 1)).toFixed(2);
process.stdout.write(
  `growth per agent: ${growth(ps1, ps100)} ms, of which ${growth(tools1, tools100)} ms in tmux and ps (goal: below 1 ms)\n`,
);
