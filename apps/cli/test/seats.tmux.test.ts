import { copyFile, mkdir, readdir } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fleetWorld, json, rows, type FleetWorld } from "./fleet-world.ts";

const flags = async (world: FleetWorld): Promise<Readonly<Record<string, readonly string[]>>> =>
  Object.fromEntries((await rows(world)).map((row) => [row.name, row.flags]));

test("add --no-start says what was written, and how the agent is started", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  const added = await world.mosaic(
    ...["fleet", "add", "late", "--runtime", "canary", "--class", "code", "--no-start"],
  );
  expect(added).toMatchObject({
    exitCode: 0,
    stdout:
      "Added late to the roster and wrote its env file; it was not started.\nStart it with: mosaic fleet start late\n",
  });
});

test("configure says what is next only where there is something to apply", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  const configure = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await world.mosaic("fleet", "configure", "lead", ...args);
    return stdout + stderr;
  };
  expect(await configure("--alias", "Ada")).toBe("Changed lead.\n");
  expect(await configure("--alias", "Ada")).toBe("Nothing to change.\n");
  expect(await configure("--yolo", "no")).toContain("Next: mosaic fleet apply");
});

test("a seat whose working directory is missing is a conflict with the mend, until it is there", async () => {
  await using world = await fleetWorld();
  const folder = `${world.server.tmpdir}/not there`;
  await world.roster(["lead", { name: "lost", working_directory: folder }]);
  const plan = async (): Promise<unknown> =>
    json(await world.mosaic("fleet", "plan", "--json")).actions.map(({ agent, kind }) => [agent, kind]);
  expect(await plan()).toEqual([
    ["lead", "create"],
    ["lost", "conflict"],
  ]);
  expect((await world.mosaic("fleet", "plan")).stdout).toContain(`make it with: mkdir -p '${folder}'`);
  const applied = await world.mosaic("fleet", "apply", "--json");
  expect(applied.exitCode).toBe(1);
  expect(json(applied).outcomes.map(({ agent, result, error }) => [agent, result, error?.code])).toEqual([
    ["lead", "ready", undefined],
    ["lost", "failed", "AGENT_NOT_READY"],
  ]);
  await mkdir(folder);
  expect(await plan()).toEqual([
    ["lead", "nothing"],
    ["lost", "create"],
  ]);
});

test("verify passes with a seat of its own command while that runs, and not when it has ended", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead", { name: "own", command: "exec sleep 600" }]);
  await world.mosaic("fleet", "apply");
  expect(await world.mosaic("fleet", "verify")).toMatchObject({
    exitCode: 0,
    stdout: "All 2 agents are alive.\n",
  });
  const pid = (await rows(world)).find(({ name }) => name === "own")?.pane?.pid;
  process.kill(pid ?? 0, "SIGTERM");
  await waitFor(async () => (await flags(world)).own?.includes("DEAD"), { what: "the end of own" });
  expect(await world.mosaic("fleet", "verify")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("own is dead"),
  });
});

test("one that was stopped is told from one that crashed, which says with which status, and from one that is lost", async () => {
  await using world = await fleetWorld();
  await world.roster(["calm", "lost", { name: "broken", command: "sleep 2; exit 3" }]);
  await world.mosaic("fleet", "apply");
  await waitFor(async () => (await flags(world)).broken?.includes("DEAD"), { what: "the crash" });
  await world.mosaic("fleet", "stop", "calm");
  await world.tmux("kill-session", "-t", "=lost");
  expect(await flags(world)).toEqual({ calm: ["STOPPED"], lost: ["DEAD"], broken: ["DEAD"] });
  const { stdout } = await world.mosaic("fleet", "ps");
  expect(stdout).toMatch(/^calm .* STOPPED$/m);
  expect(stdout).toMatch(/^broken .* DEAD\(3\)$/m);
  await world.mosaic("fleet", "start", "calm");
  expect((await flags(world)).calm).toEqual([]);
  await world.tmux("kill-session", "-t", "=calm");
  expect((await flags(world)).calm).toEqual(["DEAD"]);
  const again = await world.mosaic("fleet", "apply");
  expect(again.stderr).toMatch(/^ {2}calm: ready after [\d.]+ s$/m);
  expect(again.stderr).toMatch(/^ {2}broken: started after [\d.]+ s \(restarted: .* ended with status 3\)$/m);
  await world.mosaic("fleet", "down");
  expect(Object.values(await flags(world))).toEqual([["STOPPED"], ["STOPPED"], ["STOPPED"]]);
});

test("remove leaves nothing of an agent but what its pane printed", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead", "coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaicWith({ stdin: "x".repeat(3_000) }, "agent", "send", "coder0", "-");
  await copyFile(`${world.home}/fleet/run/coder0.events`, `${world.home}/fleet/run/coder0.events.1`);
  expect((await world.mosaic("fleet", "remove", "coder0")).exitCode).toBe(0);
  const left = await readdir(`${world.home}/fleet`, { recursive: true });
  expect(left.filter((path) => path.includes("coder0") && !path.includes("/lock/"))).toEqual([
    "run/log/coder0.log",
  ]);
});
