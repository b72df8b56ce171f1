import { readFile, stat, writeFile } from "node:fs/promises";
import { isRunning, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fileOf, fleetWorld, json, pids, rows, sessions } from "./fleet-world.ts";

test("apply starts every agent and returns when each has answered; a second apply does nothing", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead", "coder0"]);
  const first = json(await world.mosaic("fleet", "apply", "--json"));
  expect(first.outcomes.map(({ agent, action, result }) => [agent, action, result])).toEqual([
    ["lead", "create", "ready"],
    ["coder0", "create", "ready"],
  ]);
  expect((await rows(world)).map(({ readiness, flags }) => [readiness, flags])).toEqual([
    ["available", []],
    ["available", []],
  ]);
  const before = await pids(world);
  const second = json(await world.mosaic("fleet", "apply", "--json"));
  expect(second.outcomes.map(({ action, result }) => [action, result])).toEqual([
    ["nothing", "unchanged"],
    ["nothing", "unchanged"],
  ]);
  expect(await pids(world)).toEqual(before);
});

test("a changed seat is restarted, a new one started, one that is gone stopped, and the others stay", async () => {
  await using world = await fleetWorld();
  await world.roster(["a", "b", "c"]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  await world.roster(["a", { name: "b", model_hint: "small" }, "d"]);
  expect(
    json(await world.mosaic("fleet", "plan", "--json")).actions.map(({ kind, agent }) => [kind, agent]),
  ).toEqual([
    ["nothing", "a"],
    ["restart", "b"],
    ["create", "d"],
    ["stop", "c"],
  ]);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  const after = await pids(world);
  expect(after.a).toBe(before.a);
  expect(after.b).not.toBe(before.b);
  expect(await sessions(world)).toEqual(["_holder", "a", "b", "d"]);
  expect(before.c !== undefined && isRunning(before.c)).toBe(false);
});

test("a heartbeat of an earlier start does not make the next one ready", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("fleet", "stop", "coder0");
  const left = `${world.home}/fleet/run/coder0.hb`;
  expect(await readFile(left, "utf8")).toContain('"idle"');
  // A canary that never gets to run: its heartbeat file is the leftover alone.
  await world.roster([{ name: "coder0", command: "exec sleep 600" }]);
  const { outcomes } = json(await world.mosaic("fleet", "apply", "--json"));
  expect(outcomes[0]?.result).toBe("started");
  await expect(stat(left)).rejects.toThrow("ENOENT");
});

test("an agent whose program ends at once fails with its last lines, and the others start", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "broken", command: "echo no credentials here; exit 3" }, "coder0"]);
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(1);
  const [broken, coder0] = json(result).outcomes;
  expect(coder0?.result).toBe("ready");
  expect(broken).toMatchObject({ result: "failed", error: { code: "AGENT_NOT_READY" } });
  expect(broken?.error?.message).toContain("its program ended with status 3");
  expect(broken?.error?.message).toContain("no credentials here");
  expect((await rows(world))[0]).toMatchObject({ name: "broken", readiness: "dead", flags: ["DEAD"] });
  // The dead pane is ours: it is stopped like any other.
  expect(json(await world.mosaic("fleet", "stop", "broken", "--json")).outcomes[0]?.result).toBe("stopped");
  expect(await sessions(world)).toEqual(["_holder", "coder0"]);
});

test("an agent whose program ends well is not ready either, and its last lines are shown", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "brief", command: "echo nothing to do; exit 0" }]);
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(1);
  const message = json(result).outcomes[0]?.error?.message;
  expect(message).toContain("its program ended with status 0");
  expect(message).toContain("nothing to do");
  expect((await rows(world))[0]).toMatchObject({ readiness: "dead", flags: ["DEAD"] });
  const { actions } = json(await world.mosaic("fleet", "plan", "--json"));
  expect(actions).toMatchObject([
    { kind: "restart", why: "the program in the pane has ended with status 0" },
  ]);
  await world.roster([{ name: "brief", command: "exec sleep 600" }]);
  expect((await world.mosaic("fleet", "start")).exitCode).toBe(0);
  expect((await rows(world))[0]).toMatchObject({ readiness: "unknown", flags: [] });
});

test("an agent whose program is missing fails even though a shell said so only a moment later", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "broken", command: "sleep 0.4; no-such-agent --fast" }]);
  const result = await world.mosaic("fleet", "apply");
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toMatch(/broken: failed\. broken: its program ended with status 127/);
  expect(result.stderr).toContain("not found");
});

test("an agent without a working directory is not started in another one", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "lost", working_directory: "/no/such folder" }, "coder0"]);
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(1);
  expect(json(result).outcomes.map(({ result: what }) => what)).toEqual(["failed", "ready"]);
  expect(json(result).outcomes[0]?.error).toMatchObject({
    code: "AGENT_NOT_READY",
    message: expect.stringContaining("mkdir -p '/no/such folder'"),
  });
  expect(await sessions(world)).toEqual(["_holder", "coder0"]);
});

test("a program that reports nothing is started, not ready", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "sleeper", command: "exec sleep 600" }]);
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(0);
  expect(json(result).outcomes[0]?.result).toBe("started");
  expect((await rows(world))[0]).toMatchObject({ readiness: "unknown", flags: [] });
});

test("the operator's lines of the env file reach the agent, and nothing of tmux does", async () => {
  await using world = await fleetWorld();
  const out = `${world.server.tmpdir}/seen`;
  await world.roster([
    { name: "coder0", command: `env > '${out}.part'; mv '${out}.part' '${out}'; exec sleep 600` },
  ]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("fleet", "stop");
  const path = `${world.home}/fleet/agents/coder0.env`;
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeFile(path, `# mine\nTOKEN="se cret"\n${await readFile(path, "utf8")}export ODD\n`);
  await writeFile(out, "");
  await world.mosaic("fleet", "apply");
  const seen = await waitFor(async () => (await readFile(out, "utf8")) || undefined, {
    what: "the agent's environment",
  });
  const variables = seen.split("\n");
  expect(variables).toContain("TOKEN=se cret");
  expect(variables).toContain("MOSAIC_AGENT_NAME=coder0");
  expect(variables).toContain(`TMUX_TMPDIR=${world.home}/fleet/run/tmux`);
  expect(variables.filter((line) => /^TMUX(_PANE)?=/.test(line))).toEqual([]);
  const kept = await readFile(path, "utf8");
  expect(kept.split("\n").filter((line) => !line.includes("MOSAIC_") && !line.startsWith("# The"))).toEqual([
    "# mine",
    'TOKEN="se cret"',
    "export ODD",
    "",
  ]);
});

test("an agent finds this very mosaic on its PATH, and what it sends is stamped with its name", async () => {
  await using world = await fleetWorld();
  const out = `${world.server.tmpdir}/sent`;
  const send = "mosaic agent send coder0 --message hello --from boss --json";
  await world.roster(["coder0", { name: "lead", command: `sleep 1; ${send} > '${out}'; exec sleep 600` }]);
  await world.mosaic("fleet", "apply");
  const sent = await waitFor(async () => (await readFile(out, "utf8").catch(() => "")) || undefined, {
    what: "the receipt",
  });
  const { verdict, from } = json({ stdout: sent });
  expect(verdict).toBe("accepted");
  expect(from).toMatch(/^[^:]+:lead claimed:boss$/);
});

test("an agent that kills the tmux server kills neither the fleet's nor the operator's", async () => {
  await using world = await fleetWorld();
  await world.server.run(["tmux", "new-session", "-d", "-s", "mine", "--", "sleep", "600"]);
  const out = `${world.server.tmpdir}/done`;
  const kill = `tmux kill-server; tmux -L ${world.server.socket} kill-server; tmux -L "$MOSAIC_TMUX_SOCKET" kill-server`;
  await world.roster([
    { name: "vandal", command: `${kill}; echo over > '${out}'; exec sleep 600` },
    "coder0",
  ]);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  await fileOf(out);
  expect(await sessions(world)).toEqual(["_holder", "coder0", "vandal"]);
  expect((await world.server.run(["tmux", "list-sessions", "-F", "#{session_name}"])).stdout).toBe("mine\n");
});

test("a home whose path has blanks, quotes and letters of other scripts works like any other", async () => {
  await using world = await fleetWorld({ home: "my ménage; it's #{pid} 家" });
  await world.roster(["coder0", { name: "sleeper", command: "exec sleep 600" }]);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  expect((await rows(world)).map(({ name, flags }) => [name, flags])).toEqual([
    ["coder0", []],
    ["sleeper", []],
  ]);
  const sent = json(await world.mosaic("agent", "send", "coder0", "--message", "hello", "--json"));
  expect(sent.verdict).toBe("accepted");
  expect((await world.mosaic("fleet", "apply")).stdout).toBe("2 unchanged.\n");
});

test("a session of ours that somebody renamed is stopped by the next apply", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.tmux("rename-session", "-t", "=coder0", "My Coder");
  expect(json(await world.mosaic("fleet", "ps", "--json")).unmanaged).toMatchObject([
    { session: "My Coder", ours: true },
  ]);
  const { outcomes } = json(await world.mosaic("fleet", "apply", "--json"));
  expect(outcomes.map(({ agent, result }) => [agent, result])).toEqual([
    ["coder0", "ready"],
    ["My Coder", "stopped"],
  ]);
});

test("a fleet goes down though its roster does not parse any more, and starts not", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await writeFile(`${world.home}/fleet/roster.yaml`, "version: [");
  for (const verb of ["apply", "start"]) expect((await world.mosaic("fleet", verb)).exitCode).not.toBe(0);
  const down = await world.mosaic("fleet", "down", "--json");
  expect(down.exitCode).toBe(0);
  expect(json(down).outcomes).toMatchObject([
    { agent: "coder0", result: "stopped", why: expect.stringContaining("the roster does not parse") },
  ]);
  expect(await sessions(world)).toEqual([""]);
  await world.roster(["coder0"]);
});
