import { isRunning, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PROGRAM, fleetWorld, json, pids, rows, sessions, type FleetWorld } from "./fleet-world.ts";

/** A terminal of its own, in a pane of a tmux server that is not the fleet's. */
async function terminal(world: FleetWorld, ...args: readonly string[]): Promise<void> {
  const argv = ["env", `MOSAIC_HOME=${world.home}`, "TERM=screen", process.execPath, PROGRAM, ...args];
  await world.server.run([
    "tmux",
    "-L",
    "terminal",
    "new-session",
    "-d",
    "-s",
    "t",
    "-x",
    "90",
    "-y",
    "30",
    "--",
    ...argv,
  ]);
}
const shown = async (world: FleetWorld): Promise<string> =>
  (await world.server.run(["tmux", "-u", "-L", "terminal", "capture-pane", "-p", "-t", "=t:"])).stdout;

test("an agent that somebody watches is stopped like any other, and the viewer ends", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const { coder0: pid = 0 } = await pids(world);
  await terminal(world, "agent", "watch", "coder0");
  await waitFor(async () => (await shown(world)).includes("watching coder0"), { what: "the viewer" });
  expect(json(await world.mosaic("fleet", "ps", "--json")).unmanaged).toEqual([]);
  const stop = await world.mosaic("fleet", "stop", "coder0", "--json");
  expect(json(stop).outcomes[0]?.result).toBe("stopped");
  expect(isRunning(pid)).toBe(false);
  expect(await sessions(world)).toEqual(["_holder"]);
  await waitFor(async () => !(await shown(world)).includes("watching"), { what: "the viewer's end" });
});

test("a viewer can neither type nor resize", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const size = async (): Promise<string> =>
    (await world.tmux("display-message", "-p", "-t", "=coder0:", "#{window_width}x#{window_height}")).stdout;
  const before = await size();
  await terminal(world, "agent", "watch", "coder0");
  await waitFor(async () => (await shown(world)).includes("watching coder0"), { what: "the viewer" });
  await world.server.run(["tmux", "-L", "terminal", "send-keys", "-t", "=t:", "hello", "Enter"]);
  const sent = json(
    await world.mosaic("agent", "send", "coder0", "--message", "from the operator", "--json"),
  );
  expect(sent.verdict).toBe("accepted");
  const lines = (await world.mosaic("agent", "tail", "coder0")).stdout;
  expect(lines).toContain("from the operator");
  expect(lines).not.toContain("hello");
  expect(await size()).toBe(before);
});

test("panes and windows that somebody adds, also before the agent's, do not hide it", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  await world.tmux("split-window", "-b", "-d", "-t", "=coder0:", "--", "sh");
  await world.tmux("new-window", "-d", "-t", "=coder0:5", "--", "sleep", "600");
  await world.tmux("swap-window", "-d", "-s", "=coder0:5", "-t", "=coder0:0");
  expect((await rows(world))[0]).toMatchObject({ readiness: "available", flags: [] });
  expect(await pids(world)).toEqual(before);
  const sent = json(await world.mosaic("agent", "send", "coder0", "--message", "hello", "--json"));
  expect(sent.verdict).toBe("accepted");
  expect((await world.mosaic("agent", "tail", "coder0")).stdout).toContain("hello");
  expect((await world.mosaic("fleet", "apply")).stdout).toBe("1 unchanged.\n");
  expect((await world.mosaic("fleet", "stop")).exitCode).toBe(0);
  expect(await sessions(world)).toEqual(["_holder"]);
});

test("tail -f prints every line once while they scroll, and ends cleanly", async () => {
  await using world = await fleetWorld();
  const count = 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo "line $i."; sleep 0.01; done; exec sleep 600';
  await world.roster([{ name: "counter", command: `sleep 2; ${count}` }]);
  await world.mosaic("fleet", "apply");
  const tail = world.start("agent", "tail", "counter", "-f");
  await waitFor(() => tail.stdout().includes("line 400."), { what: "the last line", deadlineMs: 30_000 });
  tail.child.kill("SIGTERM");
  expect(await tail.end).toEqual({ exitCode: 0, signal: null });
  const printed = tail
    .stdout()
    .split("\n")
    .filter((line) => line.startsWith("line "));
  expect(printed).toEqual(Array.from({ length: 400 }, (_, i) => `line ${String(i + 1)}.`));
});

test("tail shows the last lines, of a full-screen program its screen", async () => {
  await using world = await fleetWorld();
  const full = String.raw`printf '\033[?1049h\033[Hfull screen'; exec sleep 600`;
  await world.roster([
    { name: "lines", command: "seq 1 100; exec sleep 600" },
    { name: "full", command: full },
  ]);
  await world.mosaic("fleet", "apply");
  expect((await world.mosaic("agent", "tail", "lines", "-n", "3")).stdout).toBe("98\n99\n100\n");
  expect((await world.mosaic("agent", "tail", "full")).stdout.trim()).toBe("full screen");
});
