import { spawn } from "node:child_process";
import { chown, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { testFaults } from "./doctor-fault.ts";
import { diagnose, wrong } from "./doctor-world.ts";
import { fleetWorld, pids, type FleetWorld } from "./fleet-world.ts";

const HOUR_MS = 3_600_000;

/** Another home on the same socket, with one agent that runs. */
async function neighbour(world: FleetWorld): Promise<string> {
  const home = `${world.server.tmpdir}/other`;
  await mkdir(`${home}/fleet`, { recursive: true });
  const roster = { version: 1, tmux: { socket_name: world.server.socket, holder_session: "other_holder" } };
  const agents = [{ name: "other0", runtime: "canary", working_directory: "~" }];
  await writeFile(`${home}/fleet/roster.yaml`, JSON.stringify({ ...roster, agents }));
  expect(await world.mosaic("fleet", "apply", "--mosaic-home", home)).toMatchObject({ exitCode: 0 });
  return home;
}

testFaults([
  [
    "a session with an agent's name is not ours",
    {
      code: "SESSION_FOREIGN",
      severity: "error",
      says: /^Rename the seat, or end that session/,
      subject: "lead",
      make: async (world) => {
        await world.tmux("new-session", "-d", "-s", "lead", "--", "sleep", "600");
        return { mend: () => world.tmux("kill-session", "-t", "=lead") };
      },
    },
  ],
  [
    "the holder is not ours",
    {
      code: "HOLDER_FOREIGN",
      severity: "error",
      says: /tmux\.holder_session/,
      subject: "_holder",
      make: async (world) => {
        await world.tmux("new-session", "-d", "-s", "_holder", "--", "sleep", "600");
        return { mend: () => world.tmux("kill-session", "-t", "=_holder") };
      },
    },
  ],
  [
    "another home keeps its agents on the same server",
    {
      code: "SOCKET_SHARED",
      severity: "warning",
      says: /tmux\.socket_name of its own/,
      subject: (world) => `${world.server.tmpdir}/other`,
      running: true,
      make: async (world) => {
        const home = await neighbour(world);
        return { mend: () => world.mosaic("fleet", "down", "--mosaic-home", home) };
      },
    },
  ],
  [
    "agents run on the socket that the roster named before",
    {
      code: "SESSION_ORPHANED",
      severity: "warning",
      says: /tmux -L test-\w+ kill-session -t '=lead'/,
      subject: "lead",
      running: true,
      make: async (world) => {
        const { socket } = world.server;
        await world.roster(["lead"], { tmux: { socket_name: `${socket}-new` } });
        return { mend: () => world.roster(["lead"]) };
      },
    },
  ],
  [
    "a session runs whose seat is gone",
    {
      code: "SESSION_UNROSTERED",
      severity: "warning",
      says: /mosaic fleet apply/,
      subject: "coder0",
      seats: ["lead", "coder0"],
      running: true,
      make: async (world) => {
        await world.roster(["lead"]);
        return {
          mend: async () => {
            await world.mosaic("fleet", "apply");
            await world.mosaic("fleet", "restart", "lead");
          },
        };
      },
      // Of its peers the contract tells too.
      also: ["CONTRACT_OUTDATED"],
    },
  ],
  [
    "an agent runs with an outdated contract",
    {
      code: "CONTRACT_OUTDATED",
      severity: "warning",
      says: /mosaic fleet restart lead$/,
      subject: "lead",
      running: true,
      make: async (world) => {
        await writeFile(`${world.home}/USER.local.md`, "She likes short answers.\n");
        return { mend: () => world.mosaic("fleet", "restart", "lead") };
      },
    },
  ],
  [
    "a heartbeat is dated in the future",
    {
      code: "CLOCK_SKEW",
      severity: "warning",
      says: /timedatectl set-ntp true/,
      subject: "the heartbeat of lead",
      running: true,
      make: async (world) => {
        const path = `${world.home}/fleet/run/lead.hb`;
        const beat = JSON.parse(await readFile(path, "utf8")) as object; // A heartbeat.
        await world.mosaic("fleet", "stop", "lead");
        await writeFile(path, JSON.stringify({ ...beat, ts: Date.now() + HOUR_MS }));
        return { mend: () => world.mosaic("fleet", "start", "lead") };
      },
    },
  ],
  [
    "a heartbeat's file is dated in the future, as by a file server whose clock is ahead",
    {
      code: "CLOCK_SKEW",
      severity: "warning",
      says: /that of the file server/,
      subject: (world) => `the file ${world.home}/fleet/run/lead.hb`,
      running: true,
      make: async (world) => {
        await world.mosaic("fleet", "stop", "lead");
        const ahead = new Date(Date.now() + HOUR_MS);
        await utimes(`${world.home}/fleet/run/lead.hb`, ahead, ahead);
        return { mend: () => world.mosaic("fleet", "start", "lead") };
      },
    },
  ],
  [
    "the tmux server belongs to another user",
    {
      code: "TMUX_FORBIDDEN",
      severity: "error",
      says: /as the user who owns the tmux server/,
      make: async (world) => {
        if (process.getuid?.() !== 0)
          throw new Error("This test gives a folder to another user: run it as root.");
        const folder = `${world.server.tmpdir}/tmux-0`;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chown(folder, 65_534, 65_534);
        return { mend: () => chown(folder, 0, 0) };
      },
    },
  ],
]);

test("seats on another host and sessions of nobody's are not the doctor's", async () => {
  await using world = await fleetWorld();
  await world.roster([
    "lead",
    {
      name: "far",
      host: "elsewhere",
      ssh: "ada@elsewhere",
      runtime: "claude",
      working_directory: "/far/away",
    },
  ]);
  await world.mosaic("fleet", "apply");
  await world.tmux("new-session", "-d", "-s", "mine", "--", "sleep", "600");
  expect(wrong(await diagnose(world))).toEqual([]);
});

test("a tmux server that an agent started, as a test suite does, is the agent's own affair", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await world.mosaic("fleet", "apply");
  const ofAgent = createRun({ ...world.env, MOSAIC_AGENT_NAME: "lead", TMUX_TMPDIR: world.server.tmpdir });
  await ofAgent(["tmux", "-L", "nested", "new-session", "-d", "sleep", "600"]);
  expect(wrong(await diagnose(world))).toEqual([]);
  await ofAgent(["tmux", "-L", "nested", "kill-server"]);
});

test("a process that did not end with its session is named until it is gone", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "lead", command: "trap '' HUP TERM INT; while :; do sleep 1; done" }]);
  await world.mosaic("fleet", "apply");
  const pid = (await pids(world)).lead ?? 0;
  expect((await world.mosaic("fleet", "stop", "lead", "--timeout", "1")).exitCode).toBe(1);
  const found = await diagnose(world);
  expect(wrong(found)).toEqual(["PROCESS_SURVIVED"]);
  expect(found.findings.find(({ code }) => code === "PROCESS_SURVIVED")).toMatchObject({
    subject: String(pid),
    mend: expect.stringContaining(`kill -9 ${String(pid)}`),
  });
  process.kill(pid, "SIGKILL");
  await waitFor(async () => wrong(await diagnose(world)).length === 0, { what: "its end" });
});

test("an agent whose program has ended is named, with what it ended with", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead", { name: "coder0", command: "sleep 1000" }]);
  await world.mosaic("fleet", "apply");
  expect(wrong(await diagnose(world))).toEqual([]);
  process.kill((await pids(world)).coder0 ?? 0, "SIGTERM");
  const found = await waitFor(
    async () => (await diagnose(world)).findings.find(({ code }) => code === "AGENT_ENDED"),
    { what: "the finding" },
  );
  expect(found).toMatchObject({ severity: "error", subject: "coder0" });
  await world.mosaic("fleet", "start", "coder0");
  expect(wrong(await diagnose(world))).toEqual([]);
});

test("a class that has no persona is named with those that are near", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "lead", class: "revew" }]);
  const [found] = (await diagnose(world)).findings.filter(({ check }) => check === "roster");
  expect(found).toMatchObject({
    code: "PERSONA_MISSING",
    severity: "warning",
    subject: "revew",
    message: expect.stringContaining("review"),
  });
});

test("two services that must be alone in a home are named with their processes", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  // Stand-ins: all that is looked at is how they were called, and for which home.
  const stands = [1, 2].map(() =>
    spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)", "fleet", "supervise"], {
      env: world.env,
    }),
  );
  try {
    const [found] = (await diagnose(world)).findings.filter(({ check }) => check === "processes");
    expect(found).toMatchObject({
      code: "SERVICE_DOUBLED",
      severity: "error",
      subject: "mosaic fleet supervise",
    });
    for (const { pid } of stands) expect(found?.mend).toContain(String(pid));
    stands[0]?.kill();
    await waitFor(async () => wrong(await diagnose(world)).length === 0, { what: "one supervisor" });
  } finally {
    for (const one of stands) one.kill("SIGKILL");
  }
});
