import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { failure, fleetWorld, json, pids, rows, sessions, type FleetWorld } from "./fleet-world.ts";

const AGENTS = ["a", "b"];

/** Lives as long as the disk, and says when it is there. */
const HOLDER = ["unshare", "-m", "sh", "-c", "echo ready; exec sleep 600"] as const;

interface Disk extends AsyncDisposable {
  /** A process that sees the disk; nobody else does. */
  readonly pid: number;
  mount(folder: string): Promise<void>;
}

/** A mount namespace of its own, which ends with its last process, however this test ends. */
async function ownDisk(): Promise<Disk> {
  if (process.getuid?.() !== 0)
    throw new Error("This test mounts a small disk: run it as root, with unshare and nsenter.");
  const [program, ...args] = HOLDER;
  const holder = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const { pid } = holder;
  await once(holder.stdout, "data");
  if (pid === undefined) throw new Error("unshare did not start");
  const run = createRun(process.env);
  return {
    pid,
    mount: async (folder) => {
      await mkdir(folder, { recursive: true });
      const size = ["-o", "size=256k"];
      const mounted = await run([
        "nsenter",
        "-t",
        String(pid),
        "-m",
        "--",
        "mount",
        "-t",
        "tmpfs",
        ...size,
        "none",
        folder,
      ]);
      if (mounted.exitCode !== 0) throw new Error(`no disk: ${mounted.stderr}`);
    },
    async [Symbol.asyncDispose]() {
      holder.kill();
      await once(holder, "close");
    },
  };
}

/** Fills the disk of the home to the last byte; disposing frees it again. */
async function full({ files }: FleetWorld): Promise<AsyncDisposable> {
  const path = `${files}/filler`;
  await writeFile(path, Buffer.alloc(1 << 20)).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  });
  return { [Symbol.asyncDispose]: () => rm(path) };
}

/** Every file of the home with its content, less what agents write by themselves. */
async function content({ files }: FleetWorld): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(files, { recursive: true, withFileTypes: true });
  const kept = entries.filter(
    (one) => one.isFile() && !/\.(hb|events|lock)$|^(filler|roster-cache)/.test(one.name),
  );
  return Object.fromEntries(
    await Promise.all(
      kept.map(async (one) => [one.name, await readFile(`${one.parentPath}/${one.name}`, "utf8")] as const),
    ),
  );
}

test("a full disk loses nothing, says so, and the next run completes what did not fit", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid, env: { MOSAIC_HEARTBEAT_INTERVAL: "0.5" } });
  await disk.mount(world.home);
  const isFull = { code: "WRITE_FAILED", hint: expect.stringMatching(/^Free some disk space/) };

  // init: all or nothing.
  const init = ["fleet", "init", "--profile", "minimal", "--write", "--json"];
  {
    await using _ = await full(world);
    const result = await world.mosaic(...init);
    expect(result.exitCode).toBe(1);
    expect(failure(result)).toMatchObject(isFull);
    expect(await content(world)).toEqual({});
  }
  expect((await world.mosaic(...init)).exitCode).toBe(0);
  expect((await content(world))["roster.yaml"]).toBe(
    json(await world.mosaic(...init.slice(0, -2), "--json")).roster,
  );

  // A first apply: nothing is started that could not be written down.
  await world.roster(AGENTS);
  const before = await content(world);
  {
    await using _ = await full(world);
    const result = await world.mosaic("fleet", "apply", "--json");
    expect(result.exitCode).toBe(1);
    expect(failure(result)).toMatchObject(isFull);
    expect(await content(world)).toEqual(before);
    expect(await sessions(world)).toEqual([""]);
  }
  expect((await world.mosaic("fleet", "apply")).stdout).toBe("2 ready.\n");

  // A change: the agent whose file does not fit goes on as it was.
  const running = await pids(world);
  await world.roster(["a", { name: "b", model_hint: "m".repeat(5_000) }]);
  const settled = await content(world);
  {
    await using _ = await full(world);
    const result = await world.mosaic("fleet", "apply", "--json");
    expect(result.exitCode).toBe(1);
    expect(json(result).outcomes.map(({ agent, result: what }) => [agent, what])).toEqual([
      ["a", "unchanged"],
      ["b", "failed"],
    ]);
    expect(failure(result)).toMatchObject(isFull);
    expect(await pids(world)).toEqual(running);
    expect(await content(world)).toEqual(settled);
    // The heartbeats do not fit either: the agents live on, and nobody takes them for dead.
    await waitFor(async () => (await rows(world)).every(({ readiness }) => readiness === "stale"), {
      what: "stale",
    });
    expect((await world.mosaic("fleet", "plan", "--json")).stdout).not.toContain("DEAD");
    expect(await pids(world)).toEqual(running);
    expect((await world.mosaic("agent", "tail", "a")).stdout).toContain(
      "cannot report, trying again: ENOSPC",
    );
  }
  await waitFor(async () => (await rows(world))[0]?.readiness === "available", { what: "heartbeats again" });
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  expect((await rows(world)).map(({ readiness, flags }) => [readiness, flags])).toEqual([
    ["available", []],
    ["available", []],
  ]);
  expect((await pids(world)).a).toBe(running.a);
  expect((await stat(`${world.files}/fleet/agents/b.env`)).mode & 0o777).toBe(0o600);

  // What frees the disk may be the end of the fleet: that needs no space, also where a newer mosaic is not installed.
  await writeFile(`${world.files}/fleet/run/bin/mosaic`, "#!/bin/sh\n");
  await using _ = await full(world);
  expect((await world.mosaic("fleet", "stop", "a")).exitCode).toBe(0);
  expect((await world.mosaic("fleet", "down")).exitCode).toBe(0);
  expect(await sessions(world)).toEqual([""]);
});
