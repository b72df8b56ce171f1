import { createRun } from "@mosaic/fleet-process";
import { expect, test } from "vitest";
import { PROGRAM, failure, fleetWorld, json, type FleetWorld } from "./fleet-world.ts";

const keysOf = (value: object | null | undefined): string[] => Object.keys(value ?? {}).sort();

const shell = (world: FleetWorld, line: string): ReturnType<FleetWorld["run"]> =>
  createRun({ ...world.env, NODE: process.execPath, MOSAIC: PROGRAM })([
    "bash",
    "-o",
    "pipefail",
    "-c",
    line,
  ]);

test("every document has a version and the keys that scripts rely on", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0", "lead"]);
  const outcome = ["action", "agent", "elapsed_ms", "error", "result", "why"];
  const applied = json(await world.mosaic("fleet", "apply", "--json"));
  expect(keysOf(applied)).toEqual(["manager", "outcomes", "remarks", "version"]);
  expect(keysOf(applied.outcomes[0])).toEqual(outcome);
  await world.tmux("new-session", "-d", "-s", "mine", "--", "sleep", "600");
  const ps = json(await world.mosaic("fleet", "ps", "--json"));
  expect(ps.version).toBe(1);
  expect(keysOf(ps)).toEqual([
    ...["agents", "holder_foreign", "left_on", "manager", "observed_at", "paused", "server_pid", "socket"],
    ...["survivors", "unmanaged", "version"],
  ]);
  expect(keysOf(ps.agents[0])).toEqual([
    ...[
      "alias",
      "card",
      "cards",
      "class",
      "elsewhere",
      "flags",
      "heartbeat",
      "host",
      "idle_seconds",
      "name",
      "pane",
    ],
    ...["process", "readiness", "remarks", "rule", "runtime", "session", "tenant_id", "unit"],
  ]);
  expect(keysOf(ps.unmanaged[0])).toEqual(["command", "ours", "pid", "session"]);
  const plan = json(await world.mosaic("fleet", "plan", "--json"));
  expect(keysOf(plan)).toEqual(["actions", "version"]);
  expect(keysOf(plan.actions[0])).toEqual(["agent", "kind", "why"]);
  expect(keysOf(json(await world.mosaic("fleet", "verify", "--json")))).toEqual([
    "alive",
    "missing",
    "of",
    "version",
  ]);
  expect(keysOf(json(await world.mosaic("fleet", "status", "--json")))).toEqual([
    ...["agents", "manager", "server_pid", "socket", "version", "why"],
  ]);
  expect(keysOf(json(await world.mosaic("fleet", "explain", "lead", "--json")))).toEqual([
    "agent",
    "facts",
    "version",
  ]);
  expect(keysOf(json(await world.mosaic("agent", "send", "lead", "--message", "x", "--json")))).toEqual([
    ...["elapsed_ms", "evidence", "from", "id", "to", "verdict", "version", "why"],
  ]);
  expect(keysOf(json(await world.mosaic("agent", "tail", "lead", "--json")))).toEqual([
    "agent",
    "lines",
    "version",
  ]);
  expect(keysOf(json(await world.mosaic("agent", "reset", "lead", "--json")))).toEqual([
    "agent",
    "reset",
    "version",
  ]);
  expect(keysOf(json(await world.mosaic("fleet", "init", "--profile", "minimal", "--json")))).toEqual([
    ...["path", "preset", "roster", "version", "written"],
  ]);
});

test("with --json an apply that failed is a document and one line of JSON on stderr", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "lost", working_directory: "/no/such/folder" }]);
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(1);
  expect(failure(result)).toEqual(json(result).outcomes[0]?.error);
});

test("init shows the roster and writes nothing; with --write it never writes over one", async () => {
  await using world = await fleetWorld();
  const shown = await world.mosaic("fleet", "init", "--profile", "local-canary");
  expect(shown.stdout).toContain("name: lead");
  expect((await world.mosaic("fleet", "ps")).exitCode).toBe(4);
  expect((await world.mosaic("fleet", "init", "--profile", "local-canary", "--write")).exitCode).toBe(0);
  const again = await world.mosaic("fleet", "init", "--profile", "minimal", "--write", "--json");
  expect(again.exitCode).toBe(5);
  expect(failure(again).code).toBe("ROSTER_EXISTS");
  expect((await world.mosaic("fleet", "ps")).stdout).toContain("lead");
  const unknown = await world.mosaic("fleet", "init", "--profile", "minimla", "--json");
  expect(unknown.exitCode).toBe(4);
  expect(failure(unknown)).toMatchObject({ code: "PRESET_UNKNOWN", hint: "Did you mean minimal?" });
});

test("a terminal gets colours unless NO_COLOR is set, and a pipe never does", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  expect((await world.mosaic("fleet", "ps")).stdout).not.toContain("\u001b[");
  const onTerminal = async (prefix: string): Promise<string> =>
    (await shell(world, `script -qec 'env -u CI ${prefix} "$NODE" "$MOSAIC" fleet ps' /dev/null`)).stdout;
  expect(await onTerminal("TERM=xterm-256color")).toContain("\u001b[");
  expect(await onTerminal("TERM=xterm-256color NO_COLOR=1")).not.toContain("\u001b[");
});

test("a terminal that does not say how wide it is gets whole lines", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const line = `script -qec 'stty cols 0; env NO_COLOR=1 "$NODE" "$MOSAIC" fleet ps' /dev/null`;
  const words = (text: string): string[][] => text.split("\n").map((row) => row.trim().split(/\s+/));
  const piped = (await world.mosaic("fleet", "ps")).stdout;
  expect(words((await shell(world, line)).stdout)[0]).toEqual(words(piped)[0]);
});

test("a reader that has seen enough is success", async () => {
  await using world = await fleetWorld();
  await world.roster(Array.from({ length: 400 }, (_, i) => `agent-${String(i)}`));
  const head = await shell(world, `"$NODE" "$MOSAIC" fleet ps --json | head -c 1`);
  expect(head).toMatchObject({ exitCode: 0, stdout: "{", stderr: "" });
  const streamed = await shell(world, `"$NODE" "$MOSAIC" fleet ps --watch | head -n 1`);
  expect(streamed.exitCode).toBe(0);
  expect(streamed.stderr).toBe("");
});

test("an apply goes on when nobody reads its remarks any more", async () => {
  await using world = await fleetWorld();
  await world.roster(["a", "b"]);
  const result = await shell(world, `"$NODE" "$MOSAIC" fleet apply 2> >(exec true)`);
  expect(result).toMatchObject({ exitCode: 0, stdout: "2 ready.\n" });
});

test("ps --watch ends cleanly on SIGTERM and on SIGINT", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const watch = world.start("fleet", "ps", "--watch", "--json");
    await expect.poll(() => watch.stdout().split("\n").length, { timeout: 10_000 }).toBeGreaterThan(1);
    watch.child.kill(signal);
    expect(await watch.end).toEqual({ exitCode: 0, signal: null });
    expect(watch.stderr()).toBe("");
    for (const line of watch.stdout().trim().split("\n")) expect(json({ stdout: line }).version).toBe(1);
  }
});

test("a Node that is too old gets one sentence, and nothing else is loaded", async () => {
  await using world = await fleetWorld();
  const old = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })";
  const { exitCode, stdout, stderr } = await world.run([
    process.execPath,
    ...["--import", `data:text/javascript,${encodeURIComponent(old)}`],
    ...[PROGRAM, "--version"],
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/^mosaic needs Node 22\.18 or newer; this is [^\n]*\n$/);
});
