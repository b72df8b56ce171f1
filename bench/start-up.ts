/**
 * What a call costs before and besides its work: `mosaic --version`, and `mosaic fleet ps --json` on a fleet of ten.
 *
 *   node bench/start-up.ts [rounds]
 */
import { listProcesses } from "../packages/commands/src/ps.ts";
import { listPanes, parsePanes } from "../packages/commands/src/tmux.ts";
import { createRun } from "../packages/process/src/run.ts";
import { less, measure, report, type Sample } from "./paired.ts";
import { machine, NODE, openWorld, seats } from "./world.ts";

const rounds = Number(process.argv[2] ?? 40);
await using world = await openWorld();
await world.declare(seats(10, "sleeper"));
world.call("fleet", "apply");

const { env, socket } = world;
const { stdout } = await createRun(env)(listPanes(socket));
const calls = [listPanes(socket), listProcesses(parsePanes(stdout).map(({ pid }) => pid))];

const version = { name: "mosaic --version", programs: [world.mosaic("--version")], env };
const help = { name: "mosaic --help", programs: [world.mosaic("--help")], env };
const ps = { name: "mosaic fleet ps --json", programs: [world.mosaic("fleet", "ps", "--json")], env };
/** Node's own price of the two calls: what no program written for it can stay below. */
const script = `const { spawn } = require("node:child_process");
(async () => {
  for (const [program, ...args] of ${JSON.stringify(calls)}) {
    await new Promise((done) => spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] }).on("close", done));
  }
})();`;
const bare = {
  name: "a bare script with the same calls",
  programs: [[process.execPath, "-e", script] as const],
  env,
};
const tools = { name: "its tmux and ps calls alone", programs: calls, env };
const none: Sample = { name: "", times: [] };
const [floor = none, versions = none, helps = none, all = none, scripts = none, alone = none] = measure(
  [NODE, version, help, ps, bare, tools],
  rounds,
);
process.stdout.write(
  report(`Start-up (${machine()})`, [
    floor,
    { ...versions, goal: 1.5 },
    helps,
    all,
    scripts,
    alone,
    { ...less("mosaic fleet ps --json, less its calls", all, alone), goal: 2 },
  ]),
);
