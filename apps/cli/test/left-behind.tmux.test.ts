import { isRunning, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { failure, fleetWorld, json, pids, rows, type FleetWorld } from "./fleet-world.ts";

const STUBBORN = 'trap "" HUP TERM; while :; do sleep 1; done';

const renamed = (world: FleetWorld): Promise<void> =>
  world.roster(["one"], { tmux: { socket_name: `${world.server.socket}-b` } });

test("agents on a socket that the roster no longer names are shown, not doubled, and ended by down", async () => {
  await using world = await fleetWorld();
  await world.roster(["one", "two"]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  await renamed(world);
  const ps = await world.mosaic("fleet", "ps");
  expect(ps.stdout).toContain(`LEFT BEHIND agents of this fleet run on socket ${world.server.socket}`);
  for (const verb of ["apply", "start", "restart", "stop", "plan"]) {
    const refused = await world.mosaic("fleet", verb, "--json");
    expect([verb, refused.exitCode, failure(refused).code]).toEqual([verb, 5, "SOCKET_CHANGED"]);
  }
  const down = json(await world.mosaic("fleet", "down", "--json"));
  expect(down.outcomes.map(({ agent, result }) => [agent, result])).toEqual([
    ["one", "stopped"],
    ["two", "stopped"],
  ]);
  expect((await world.tmux("list-sessions")).exitCode).toBe(1);
  expect(Object.values(before).some((pid) => pid !== undefined && isRunning(pid))).toBe(false);
  expect((await world.mosaic("fleet", "apply")).stdout).toBe("1 ready.\n");
  expect((await world.mosaic("fleet", "ps")).stdout).not.toContain("LEFT BEHIND");
});

test("a process that survives its stop is shown, and fails every stop, until it is gone", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "one", command: STUBBORN }, "two"]);
  await world.mosaic("fleet", "apply");
  const { one = 0 } = await pids(world);
  try {
    const stopped = await world.mosaic("fleet", "stop", "--timeout", "0.3", "--json");
    expect([stopped.exitCode, failure(stopped).code]).toEqual([1, "STOP_FAILED"]);
    expect(json(stopped).outcomes.map(({ result }) => result)).toEqual(["failed", "stopped"]);
    expect((await world.mosaic("fleet", "ps")).stdout).toContain(`STILL RUNS process ${String(one)} of one`);
    for (const verb of [["stop", "one"], ["down"]])
      expect(failure(await world.mosaic("fleet", ...verb, "--json"))).toMatchObject({
        code: "STOP_FAILED",
        hint: expect.stringContaining(`kill -9 ${String(one)}`) as string,
      });
    expect((await world.mosaic("fleet", "stop", "two")).exitCode).toBe(0);
  } finally {
    process.kill(one, "SIGKILL");
  }
  await waitFor(() => !isRunning(one), { what: "the stubborn process to be gone" });
  expect((await world.mosaic("fleet", "ps")).stdout).not.toContain("STILL RUNS");
  expect((await world.mosaic("fleet", "down")).exitCode).toBe(0);
});

test("stop waits as long as it is told to", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "one", command: `trap "sleep 6; exit" HUP; while :; do sleep 0.1; done` }]);
  await world.mosaic("fleet", "apply");
  expect(await world.mosaic("fleet", "stop", "--timeout", "30")).toMatchObject({
    exitCode: 0,
    stdout: "1 stopped.\n",
  });
});

test("plan shows a holder that is somebody else's, as a conflict that is not counted as a change", async () => {
  await using world = await fleetWorld();
  await world.roster(["one"]);
  await world.tmux("new-session", "-d", "-s", "_holder", "--", "sleep", "600");
  const { stdout } = await world.mosaic("fleet", "plan");
  expect(stdout).toMatch(
    /^! {2}_holder {2}conflict {2}the session of this name, which should hold the server,/m,
  );
  expect(stdout).toMatch(/\n1 to change\. .*\n1 in conflict, /);
  expect(json(await world.mosaic("fleet", "plan", "--json")).actions).toMatchObject([
    { kind: "conflict", agent: "_holder" },
    { kind: "create", agent: "one" },
  ]);
  expect(failure(await world.mosaic("fleet", "apply", "--json")).code).toBe("SESSION_FOREIGN");
  expect((await rows(world))[0]?.pane).toBe(null);
});
