import { expect, test } from "vitest";
import { fileOf, fleetWorld } from "./fleet-world.ts";

test("an agent starts with a defined environment, what the roster passes through, and its env file", async () => {
  await using world = await fleetWorld({
    env: { HUSH: "a secret of the shell", PASSED: "on", LC_TIME: "C" },
  });
  const file = `${world.home}/seen`;
  const seat = { name: "one", command: `env >'${file}.part'; mv '${file}.part' '${file}'; exec sleep 600` };
  await world.roster([seat], { runtimes: { canary: { env: ["PASSED", "NOT_SET"] } } });
  await world.mosaic("fleet", "apply");
  const variables = (await fileOf(file)).split("\n");
  expect(variables).toContain("PASSED=on");
  expect(variables).toContain("LC_TIME=C");
  expect(variables).toContain(`MOSAIC_HOME=${world.home}`);
  expect(variables.filter((line) => /^(HUSH|NOT_SET|TMUX|TMUX_PANE)=/.test(line))).toEqual([]);
});
