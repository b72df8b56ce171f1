import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { another, answer, packVersion, treeOf, updateWorld, type UpdateWorld } from "./update-world.ts";

/** The first version, packed once for all tests. */
let first = "";
beforeAll(async () => {
  first = await packVersion(createRun(process.env), "0.1.1", await mkdtemp(join(tmpdir(), "mf-pack-")));
});
afterAll(() => rm(dirname(first), { recursive: true, force: true }));

test("without a network an update says so, changes nothing, and --no-self works", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  await world.registry[Symbol.asyncDispose]();
  for (const how of [[], ["--check"], ["--dry-run"]]) {
    const result = await world.mosaic("update", ...how, "--json");
    expect(result.exitCode).toBe(6);
    expect(failure(result)).toMatchObject({
      code: "UPDATE_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
      hint: expect.stringContaining("--no-self"),
    });
  }
  expect(await treeOf(world.home).catch(() => ({}))).toEqual({});
  expect(answer(await world.mosaic("update", "--no-self", "--json")).home).toEqual({
    from: null,
    to: "0.1.1",
  });
});

test("a registry that does not have mosaic, or no package manager at all, is told apart", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  const unknown = await world.mosaic("update", "--check", "--json");
  expect(failure(unknown)).toMatchObject({
    code: "UPDATE_UNREACHABLE",
    hint: expect.stringContaining("does not have"),
  });
  const run = createRun({ ...world.env, PATH: "/nonexistent" });
  const none = await run([process.execPath, join(world.prefix, "bin/mosaic"), "update", "--check", "--json"]);
  expect(none.exitCode).toBe(6);
  expect(failure(none)).toMatchObject({ code: "PROCESS_NOT_FOUND", message: expect.stringContaining("npm") });
});

test("an update that is killed while the package manager works is completed by the next", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  answer(await world.mosaic("update", "--no-self", "--json"));
  await world.publish("0.2.0", another("two"));
  const child = spawn(join(world.prefix, "bin/mosaic"), ["update"], { env: world.env, stdio: "ignore" });
  await fetching(world);
  child.kill("SIGKILL");
  const installed = async (): Promise<boolean> =>
    (await world.mosaic("--version").catch(() => undefined))?.stdout === "0.2.0\n";
  await waitFor(installed, { what: "npm to finish without us", deadlineMs: 30_000 });
  const done = answer(await world.mosaic("update", "--json"));
  expect(done).toMatchObject({ cli: { from: "0.2.0", to: "0.2.0" }, home: { from: "0.1.1", to: "0.2.0" } });
  expect(done.files).toHaveLength(3);
});

test("an update that gets SIGTERM lets the package manager finish, and says that it was interrupted", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  await world.publish("0.2.0");
  const child = spawn(join(world.prefix, "bin/mosaic"), ["update"], { env: world.env, stdio: "pipe" });
  await fetching(world);
  child.kill("SIGTERM");
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect([exitCode, stderr.split("\n").at(-2)]).toEqual([130, "mosaic: interrupted"]);
  expect((await world.mosaic("--version")).stdout.trim()).toBe("0.2.0");
  expect(await treeOf(world.home, /^fleet\/run\//)).toEqual({});
});

const fetching = (world: UpdateWorld): Promise<true> =>
  waitFor(() => world.registry.asked.some((path) => path.startsWith("/tarballs/")) || undefined, {
    what: "npm to fetch the new version",
    deadlineMs: 30_000,
  });

test("a command that runs while mosaic is replaced says so", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  // It waits for its input and has not loaded what it does with it.
  const mosaic = join(world.prefix, "bin/mosaic");
  const child = spawn(mosaic, ["agent", "send", "lead", "-", "--json"], { env: world.env, stdio: "pipe" });
  await world.publish("0.2.0");
  expect(answer(await world.mosaic("update", "--json")).cli.to).toBe("0.2.0");
  child.stdin.end("hello");
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect(exitCode).toBe(1);
  expect(failure({ stderr })).toMatchObject({
    code: "REPLACED",
    hint: expect.stringContaining("run it again"),
  });
});

test("a folder of programs that may not be written to leaves the old mosaic and says how to go on", async () => {
  if (process.getuid?.() !== 0) throw new Error("This test mounts: run it as root, with unshare.");
  await using world = await updateWorld();
  await world.npm("install", "--global", first);
  await world.publish("0.2.0");
  const { prefix } = world;
  const readOnly = `mount --bind '${prefix}' '${prefix}' && mount -o remount,ro,bind '${prefix}' && exec "$@"`;
  const result = await world.run(
    ["unshare", "-m", "sh", "-c", readOnly, "sh", join(prefix, "bin/mosaic"), "update", "--json"],
    { timeoutMs: 60_000 },
  );
  expect(result.exitCode).toBe(1);
  expect(failure(result)).toMatchObject({
    code: "UPDATE_FAILED",
    hint: expect.stringContaining(`sudo npm install --global --prefix ${prefix} @mosaic/cli@0.2.0`),
  });
  expect((await world.mosaic("--version")).stdout.trim()).toBe("0.1.1");
  expect(answer(await world.mosaic("update", "--json")).cli).toEqual({ from: "0.1.1", to: "0.2.0" });
});
