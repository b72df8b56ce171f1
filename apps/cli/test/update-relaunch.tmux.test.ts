import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { alive, answer, packVersion, updateWorld, type UpdateWorld } from "./update-world.ts";

/** The first version, packed once for all tests. */
let first = "";
beforeAll(async () => {
  first = await packVersion(createRun(process.env), "0.1.1", await mkdtemp(join(tmpdir(), "mf-pack-")));
});
afterAll(() => rm(dirname(first), { recursive: true, force: true }));

/** An installed mosaic and a fleet of canaries, the last seat with a program that this script starts. */
async function withFleet(world: UpdateWorld, script?: string): Promise<void> {
  await world.npm("install", "--global", first);
  const agents = [
    { name: "lead", runtime: "canary", class: "orchestrator" },
    { name: "enhancer", runtime: "canary", class: "enhancer" },
    { name: "coder0", runtime: "canary", class: "code" },
    {
      name: "coder1",
      runtime: "canary",
      class: "code",
      ...(script === undefined ? {} : { command: script }),
    },
  ];
  const roster = {
    version: 1,
    tmux: { socket_name: "mosaic-fleet" },
    defaults: { working_directory: "~" },
    agents,
  };
  await world.write("fleet/roster.yaml", JSON.stringify(roster));
  const applied = await world.mosaic("fleet", "apply");
  if (applied.exitCode !== 0) throw new Error(applied.stderr);
}

const pidsOf = async (world: UpdateWorld): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await alive(world))
      .trim()
      .split("\n")
      .map((line) => [line.split(" ")[0] ?? "", line.split(" ")[2] ?? ""]),
  );

const relaunch = ["update", "--no-self", "--relaunch", "--json"] as const;

test("a relaunch stops at the agent that does not come back, and goes on from there once it does", async () => {
  await using world = await updateWorld();
  await withFleet(world, `test ! -e '${world.root}/broken' && exec mosaic canary`);
  try {
    const before = await pidsOf(world);
    await writeFile(join(world.root, "broken"), "");
    expect(answer(await world.mosaic(...relaunch, "--dry-run")).relaunch).toEqual([
      "coder0",
      "coder1",
      "enhancer",
      "lead",
    ]);
    const stopped = await world.mosaic(...relaunch);
    expect(stopped.exitCode).toBe(1);
    expect(failure(stopped)).toMatchObject({
      code: "AGENT_NOT_READY",
      message: expect.stringContaining("coder1"),
      hint: expect.stringContaining("mosaic update --relaunch"),
    });
    const after = await pidsOf(world);
    expect([after.enhancer, after.lead]).toEqual([before.enhancer, before.lead]);
    expect(after.coder0).not.toBe(before.coder0);

    expect(answer(await world.mosaic("update", "--no-self", "--json")).relaunch_unfinished).toBe(true);
    expect((await pidsOf(world)).lead).toBe(before.lead);

    await rm(join(world.root, "broken"));
    expect(answer(await world.mosaic(...relaunch, "--dry-run")).relaunch).toEqual([
      "coder1",
      "enhancer",
      "lead",
    ]);
    const done = answer(await world.mosaic(...relaunch));
    expect(done.outcomes.map(({ agent, result }) => `${agent} ${result}`)).toEqual([
      "coder1 ready",
      "enhancer ready",
      "lead ready",
    ]);
    expect(done.relaunch_unfinished).toBe(false);
    expect((await pidsOf(world)).coder0).toBe(after.coder0);
    // A finished one is forgotten: the next begins anew.
    expect(answer(await world.mosaic(...relaunch, "--dry-run")).relaunch).toHaveLength(4);
  } finally {
    await world.mosaic("fleet", "down");
  }
});

test("a relaunch that is killed between stop and start loses no agent: the next starts it", async () => {
  await using world = await updateWorld();
  await withFleet(world);
  try {
    const before = await pidsOf(world);
    await world.mosaic("fleet", "stop", "enhancer");
    // As it is found when the relaunch was killed there.
    await world.write(
      "fleet/run/relaunch.json",
      JSON.stringify({ mosaic: "0.1.1", done: ["coder0"], current: "coder1" }),
    );
    await world.mosaic("fleet", "stop", "coder1");
    expect(answer(await world.mosaic(...relaunch)).outcomes.map(({ agent }) => agent)).toEqual([
      "coder1",
      "lead",
    ]);
    const after = await pidsOf(world);
    expect(after.coder0).toBe(before.coder0);
    expect(after.coder1).toBeDefined();
    expect(after.enhancer).toBeUndefined();
  } finally {
    await world.mosaic("fleet", "down");
  }
});

test("a relaunch that gets kill -9 anywhere is completed by the next: every agent once, none lost", async () => {
  await using world = await updateWorld();
  await withFleet(world);
  try {
    for (const current of ["coder0", "coder1", "lead"]) {
      const before = await pidsOf(world);
      const child = spawn(join(world.prefix, "bin/mosaic"), [...relaunch], {
        env: world.env,
        stdio: "ignore",
      });
      const ended = once(child, "close");
      const place = join(world.home, "fleet/run/relaunch.json");
      await waitFor(
        async () => (await readFile(place, "utf8").catch(() => "")).includes(`"current":"${current}"`),
        {
          what: `the restart of ${current}`,
          deadlineMs: 60_000,
        },
      );
      child.kill("SIGKILL");
      await ended;
      expect(answer(await world.mosaic(...relaunch)).outcomes.every(({ result }) => result === "ready")).toBe(
        true,
      );
      const after = await pidsOf(world);
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
      const kept = Object.keys(before).filter((name) => after[name] === before[name]);
      expect(kept).toEqual(["_holder"]);
    }
  } finally {
    await world.mosaic("fleet", "down");
  }
}, 120_000);
