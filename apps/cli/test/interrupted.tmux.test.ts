import { rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { mosaicHome } from "@mosaic/fleet-model";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import {
  failure,
  fleetWorld,
  json,
  pids,
  rows,
  sessions,
  type FleetWorld,
  type Seat,
} from "./fleet-world.ts";

const NAMES = ["a", "b", "c", "d"];

/** A seat that runs and never gets ready: to all appearances mosaic is about to start its program. */
async function neverReady(world: FleetWorld): Promise<Seat> {
  const script = `${world.server.tmpdir}/mosaic`;
  await writeFile(script, "sleep 600\n");
  return { name: "never", command: `exec sh '${script}' exec` };
}

/**
 * The next apply completes the fleet: every agent once, healthy, and nothing more to do.
 *
 * @param flags - Of every agent.
 */
async function completes(world: FleetWorld, flags: readonly string[] = []): Promise<void> {
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(0);
  expect(await sessions(world)).toEqual(["_holder", ...NAMES]);
  expect((await rows(world)).map((row) => [row.readiness, row.flags])).toEqual(
    NAMES.map(() => ["available", flags]),
  );
  const again = json(await world.mosaic("fleet", "apply", "--json"));
  expect(again.outcomes.map(({ result: what }) => what)).toEqual(NAMES.map(() => "unchanged"));
}

test.for(["SIGINT", "SIGTERM"] as const)(
  "an apply that gets %s says so, and the next completes it",
  async (signal) => {
    await using world = await fleetWorld();
    await world.roster([await neverReady(world), ...NAMES]);
    const apply = world.start("fleet", "apply");
    await waitFor(() => apply.stderr().includes("d: ready"), { what: "the last agent" });
    apply.child.kill(signal);
    expect(await apply.end).toEqual({ exitCode: 130, signal: null });
    expect(apply.stderr()).toContain("stopped half-way: the same command again goes on from here");
    expect(apply.stderr()).not.toContain("failed");
    await world.roster(NAMES);
    // Their contracts name a peer that there is no more.
    await completes(world, ["CONTRACT"]);
  },
);

/** Where an apply stands, as seen from outside. */
const POINTS: readonly (readonly [string, (world: FleetWorld) => Promise<boolean>])[] = [
  ["at once", () => Promise.resolve(true)],
  ["as soon as the server runs", async (world) => (await sessions(world)).includes("_holder")],
  ["as soon as the first agent has a session", async (world) => (await sessions(world)).includes("a")],
  ["as soon as the last agent has a session", async (world) => (await sessions(world)).includes("d")],
];

test.for(POINTS)("an apply that is killed %s leaves what the next completes", async ([, reached]) => {
  await using world = await fleetWorld();
  await world.roster(NAMES);
  const apply = world.start("fleet", "apply");
  await waitFor(() => reached(world), { what: "the point at which to kill it" });
  apply.child.kill("SIGKILL");
  await apply.end;
  await completes(world);
});

test("an apply waits for agents that an interrupted one has started and that have not answered yet", async () => {
  await using world = await fleetWorld();
  await world.roster(["a"]);
  await world.mosaic("fleet", "apply");
  const { a: pid = 0 } = await pids(world);
  // As it is found when the apply was killed before the agent's first heartbeat.
  process.kill(pid, "SIGSTOP");
  await rm(`${world.home}/fleet/run/a.hb`);
  const early = await world.mosaic("fleet", "apply", "--timeout", "1", "--json");
  process.kill(pid, "SIGCONT");
  expect(early.exitCode).toBe(1);
  expect(json(early).outcomes[0]).toMatchObject({
    action: "nothing",
    result: "failed",
    error: { code: "AGENT_NOT_READY" },
  });
  const late = await world.mosaic("fleet", "apply");
  expect(late.exitCode).toBe(0);
  expect((await pids(world)).a).toBe(pid);
});

test("two applies at once start every agent once", async () => {
  await using world = await fleetWorld();
  await world.roster(NAMES);
  const results = await Promise.all([
    world.mosaic("fleet", "apply", "--json"),
    world.mosaic("fleet", "apply", "--json"),
  ]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const done = results.map((result) =>
    json(result)
      .outcomes.map(({ action }) => action)
      .join(),
  );
  expect(done.sort()).toEqual(["create,create,create,create", "nothing,nothing,nothing,nothing"]);
  await completes(world);
});

test.for(["stop", "down"])(
  "fleet %s works while an apply waits for an agent that never gets ready",
  async (verb) => {
    await using world = await fleetWorld();
    await world.roster([await neverReady(world), "a"]);
    const apply = world.start("fleet", "apply", "--timeout", "60");
    await waitFor(() => apply.stderr().includes("a: ready"), { what: "the other agent" });
    expect((await rows(world))[0]?.readiness).toBe("unknown");
    expect((await world.mosaic("fleet", verb)).exitCode).toBe(0);
    expect((await apply.end).exitCode).toBe(1);
    expect(apply.stderr()).toContain("never: failed. never: its session was ended while it started");
    expect(await sessions(world)).toEqual(verb === "down" ? [""] : ["_holder"]);
  },
);

test("a command that changes the fleet while another does is a conflict, and reading goes on", async () => {
  await using world = await fleetWorld();
  await world.roster(["a"]);
  await world.mosaic("fleet", "apply");
  {
    using other = new DatabaseSync(mosaicHome(world.home).lock("fleet"));
    other.exec("BEGIN EXCLUSIVE");
    const stop = await world.mosaic("fleet", "stop", "--json");
    expect(stop.exitCode).toBe(5);
    expect(failure(stop).code).toBe("LOCK_HELD");
    expect((await rows(world))[0]?.readiness).toBe("available");
  }
  expect((await world.mosaic("fleet", "stop")).exitCode).toBe(0);
});
