import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { failure, fleetWorld, json, pids, rows, sessions, type FleetWorld } from "./fleet-world.ts";
import { ownDisk } from "./own-disk.ts";

const AGENTS = ["a", "b"];

/** Fills the disk of the home to the last byte; disposing frees it again. */
async function full({ files }: FleetWorld): Promise<AsyncDisposable> {
  const path = `${files}/filler`;
  await writeFile(path, Buffer.alloc(8 << 20)).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  });
  return { [Symbol.asyncDispose]: () => rm(path) };
}

/** Every file of the home with its content, less what agents write by themselves. */
async function content({ files }: FleetWorld): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(files, { recursive: true, withFileTypes: true });
  const kept = entries.filter(
    (one) => one.isFile() && !/\.(hb|events|lock|log)$|^(filler|roster-cache|contract-cache)/.test(one.name),
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
  await disk.mount(world.home, "size=4m");
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

/** Takes every inode of the disk of the home. */
async function withoutInodes({ files }: FleetWorld): Promise<void> {
  for (let count = 0; ; count++) {
    try {
      await writeFile(`${files}/filler-${String(count)}`, "");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") return;
      throw error;
    }
  }
}

test("a fleet is stopped also where not even its lock can be made", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid });
  await disk.mount(world.home, "size=4m,nr_inodes=500");
  await world.roster(AGENTS.map((name) => ({ name, command: "exec sleep 600" })));
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  await rm(`${world.files}/fleet/run/lock`, { recursive: true });
  await withoutInodes(world);
  const apply = await world.mosaic("fleet", "apply", "--json");
  expect(failure(apply)).toMatchObject({ code: "WRITE_FAILED" });
  expect(await world.mosaic("fleet", "stop", "a")).toMatchObject({ exitCode: 0 });
  expect(await world.mosaic("fleet", "down")).toMatchObject({ exitCode: 0 });
  expect(await sessions(world)).toEqual([""]);
});
