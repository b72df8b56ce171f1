import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { tellIdle } from "./core-readme-example.ts";
import { PROGRAM, fleetWorld } from "./fleet-world.ts";

const read = (path: string): Promise<string> => readFile(`${import.meta.dirname}/${path}`, "utf8");

test("the example in the README of fleet-core is the one that runs, and tells idle agents alone", async () => {
  const readme = await read("../../../packages/core/README.md");
  expect(readme).toContain(`\`\`\`ts\n${await read("core-readme-example.ts")}\`\`\``);
  await using world = await fleetWorld();
  await world.roster(["coder0", "coder1"]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("agent", "send", "coder1", "--message", 'block "may I?"');
  expect(await tellIdle({ ...world.env, MOSAIC_HOME: world.home }, PROGRAM, "hello")).toEqual([
    "coder0: accepted, the agent reported turn-start",
  ]);
});
