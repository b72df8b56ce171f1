import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { json, type AgentRow } from "./fleet-world.ts";
import { HOLDER, agentUnit, reaches, systemdWorld, type SystemdWorld } from "./systemd-world.ts";

let world: SystemdWorld;
beforeAll(async () => {
  world = await systemdWorld({ user: "mosaic-test" });
  await world.roster(["one", "two"]);
  await world.must("fleet", "apply");
});
afterAll(() => world[Symbol.asyncDispose]());

const row = async (name: string): Promise<AgentRow | undefined> =>
  (await world.rows()).find((one) => one.name === name);
const pid = async (name: string): Promise<number> => {
  const agent = await row(name);
  if (agent?.pane?.dead !== false) throw new Error(`${name} does not run`);
  return agent.pane.pid;
};
/** Waits until another process than this one is the agent, and answers. */
const comesBack = (name: string, before: number): Promise<true> =>
  waitFor(
    async () => {
      const agent = await row(name);
      return agent?.readiness === "available" && agent.pane?.dead === false && agent.pane.pid !== before;
    },
    { what: async () => `${name} to come back: ${JSON.stringify(await row(name))}`, deadlineMs: 30_000 },
  );
const log = (name: string): Promise<string> =>
  world.shell(`journalctl --user -o cat --no-pager -u '${agentUnit(name)}'`);
/** What a unit says comes into the journal a moment later. */
const logged = (name: string, words: string): Promise<true> =>
  waitFor(async () => (await log(name)).includes(words), {
    what: async () => `${words}: ${await log(name)}`,
  });

test("an agent that was killed is started again, and no other with it", async () => {
  const [one, two] = [await pid("one"), await pid("two")];
  await world.shell(`kill -9 ${String(one)}`);
  await comesBack("one", one);
  expect(await pid("two")).toBe(two);
  await logged("one", "one: its program ended by SIGKILL");
  expect(await world.unit(agentUnit("one"), "NRestarts")).toBe("1");
});

test("an agent that leaves by itself is not active, not failed, and not started again", async () => {
  await world.must("agent", "send", "one", "--message", "exit");
  await reaches(world, agentUnit("one"), "inactive");
  expect(await row("one")).toMatchObject({
    readiness: "dead",
    flags: ["DEAD"],
    unit: { state: "inactive", enabled: true, result: "success" },
    remarks: ["DEAD: the program in the pane has ended with status 0"],
  });
  expect((await world.must("fleet", "apply")).stdout).toBe("1 ready, 1 unchanged.\n");
});

test("a session that somebody ended is not reported active: its agent is started again", async () => {
  const before = await pid("one");
  await world.shell("tmux -L mosaic-fleet kill-session -t =one");
  await comesBack("one", before);
  await logged("one", "one: its session was ended from outside");
});

test("the shell that waits may be killed: one agent is left, and its unit says so", async () => {
  const before = await pid("one");
  await world.shell(`kill -9 ${await world.unit(agentUnit("one"), "MainPID")}`);
  await comesBack("one", before);
  expect(await world.shell(`kill -0 ${String(before)} 2>/dev/null && echo alive || echo gone`)).toBe("gone");
  expect(await world.unit(agentUnit("one"), "ActiveState")).toBe("active");
});

test("all come back after the tmux server was killed", async () => {
  const [one, two] = [await pid("one"), await pid("two")];
  await world.shell(`kill -9 ${await world.unit(HOLDER, "MainPID")}`);
  await comesBack("one", one);
  await comesBack("two", two);
  await world.must("fleet", "verify");
});

test("mosaic may be killed at any point of apply: the next apply completes it, and nothing runs twice", async () => {
  for (const seconds of [0.15, 0.4, 0.7, 1, 1.5]) {
    await world.must("fleet", "down");
    await world.run([
      "timeout",
      "-s",
      "KILL",
      String(seconds),
      world.node,
      `${world.programs}/mosaic.js`,
      "fleet",
      "apply",
    ]);
    await world.must("fleet", "apply");
    await world.must("fleet", "verify");
    expect(await world.shell("tmux -L mosaic-fleet list-sessions -F '#{session_name}'")).toBe(
      "_holder\none\ntwo",
    );
    expect(await world.shell("pgrep -fc '[y]olo canary'")).toBe("2");
  }
});

test("a limit that the operator sets for one agent is in force for what runs in its pane", async () => {
  const folder = `${world.files}/.config/systemd/user/${agentUnit("two")}.d`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/limits.conf`, "[Service]\nMemoryMax=900M\nTasksMax=200\n");
  await world.shell("systemctl --user daemon-reload");
  expect(await world.unit(agentUnit("two"), "MemoryMax")).toBe(String(900 * 1024 ** 2));
  expect(await world.unit(agentUnit("two"), "TasksMax")).toBe("200");
  expect(await world.unit(agentUnit("one"), "MemoryMax")).toBe("infinity");
  const group = await world.unit(agentUnit("two"), "ControlGroup");
  expect(
    (await world.shell(`cat /sys/fs/cgroup${group.replaceAll("\\", "\\\\")}/cgroup.procs`)).split("\n"),
  ).toContain(String(await pid("two")));
});

test("what serves the whole fleet does not end with the agent that happened to start it", async () => {
  await world.roster([{ name: "one", command: "mosaic fleet backlog list; sleep 1000" }, "two"]);
  await world.must("fleet", "apply");
  const store = await waitFor(async () => /^\d+$/.exec(await world.shell("pgrep -f '[s]tore serve'"))?.[0], {
    what: "the store's service",
    deadlineMs: 30_000,
  });
  expect(await world.shell(`cat /proc/${store}/cgroup`)).toContain(`/${HOLDER}`);
  await world.must("fleet", "stop", "one");
  expect(await world.shell("pgrep -f '[s]tore serve'")).toBe(store);
});

test("an agent whose next start is due is stopped as well", async () => {
  await world.roster(["one", "two"]);
  await world.must("fleet", "apply");
  await world.shell(`kill -9 ${String(await pid("one"))}; tmux -L mosaic-fleet kill-session -t =one`);
  await reaches(world, agentUnit("one"), "activating");
  expect((await world.must("fleet", "stop", "one")).stdout).toBe("1 stopped.\n");
  expect(await world.unit(agentUnit("one"), "ActiveState")).toBe("inactive");
  await world.must("fleet", "apply");
});

test("a crash loop ends after five starts, says so with the last lines, and starts anew when asked to", async () => {
  await world.roster([{ name: "one", command: "echo the disk is on fire; exit 3" }, "two"]);
  const applied = await world.mosaic("fleet", "apply", "--json");
  expect(applied.exitCode).toBe(1);
  expect(json(applied).outcomes[0]?.error).toMatchObject({ code: "AGENT_NOT_READY" });
  expect(json(applied).outcomes[0]?.error?.message).toContain("the disk is on fire");
  await waitFor(async () => (await world.unit(agentUnit("one"), "ActiveState")) === "failed", {
    what: () => log("one"),
    deadlineMs: 50_000,
  });
  const starts = async (): Promise<number> =>
    (await log("one")).split("one: its program ended with status 3").length - 1;
  await waitFor(async () => (await starts()) === 5, { what: async () => `five ends: ${await log("one")}` });
  expect((await row("one"))?.remarks[0]).toContain("it crashed five times in ten minutes");
  expect((await world.mosaic("agent", "tail", "one")).stdout).toContain("the disk is on fire");
  expect((await row("two"))?.readiness).toBe("available");
  await world.roster(["one", "two"]);
  expect((await world.must("fleet", "apply")).stdout).toBe("1 ready, 1 unchanged.\n");
});

test("a runtime that cannot log in is not started again", async () => {
  await world.roster([{ name: "one", command: "echo please log in; exit 77" }, "two"]);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(1);
  await reaches(world, agentUnit("one"), "failed");
  expect(await world.unit(agentUnit("one"), "NRestarts")).toBe("0");
  await logged("one", "please log in");
});
