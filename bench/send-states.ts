/**
 * Messages to one canary in every state it can be in, and whether each receipt was true: false verdicts must be 0.
 *
 *   node bench/send-states.ts [--each 100]
 */
import { parseArgs } from "node:util";
import { fleetWorld } from "../apps/cli/test/fleet-world.ts";
import { STATES, falseVerdicts, type State } from "../apps/cli/test/send-states.ts";
import { machine } from "./world.ts";

const { values } = parseArgs({ options: { each: { type: "string", default: "100" } } });
const each = Number(values.each);
// The keys of a literal.
const states = Object.keys(STATES) as State[];

process.stdout.write(`Sends (${machine()})\n\n`);
let all = 0;
for (const state of states) {
  await using world = await fleetWorld();
  const began = performance.now();
  const wrong = await falseVerdicts(world, state, each);
  all += wrong.length;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(
    `${state.padEnd(20)} ${String(each).padStart(5)} sent  ${String(wrong.length).padStart(3)} false  ${seconds.padStart(4)} s\n`,
  );
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
}
process.stdout.write(`\n${String(all)} false verdicts in ${String(each * states.length)} sends.\n`);
if (all > 0) process.exitCode = 1;
