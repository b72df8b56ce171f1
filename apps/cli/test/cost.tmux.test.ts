import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { PROGRAM, fleetWorld, type FleetWorld } from "./fleet-world.ts";

/** Puts programs before tmux and ps that note their call and then become the real one. */
async function counting(world: FleetWorld): Promise<(args: readonly string[]) => Promise<string[]>> {
  const folder = `${world.server.tmpdir}/counting`;
  const log = `${folder}/calls`;
  await mkdir(folder);
  for (const name of ["tmux", "ps"]) {
    const { stdout } = await world.run(["sh", "-c", `command -v ${name}`]);
    await writeFile(`${folder}/${name}`, `#!/bin/sh\necho ${name} >> '${log}'\nexec ${stdout.trim()} "$@"\n`);
    await chmod(`${folder}/${name}`, 0o755);
  }
  return async (args) => {
    await rm(log, { force: true });
    const PATH = `${folder}:${world.env.PATH ?? ""}`;
    const result = await world.run(["env", `PATH=${PATH}`, process.execPath, PROGRAM, ...args]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    return (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  };
}

test("ps starts one tmux and one ps, on 1 session as on 20", { timeout: 120_000 }, async () => {
  await using world = await fleetWorld();
  const callsOf = await counting(world);
  for (const size of [1, 20]) {
    const names = Array.from({ length: size }, (_, i) => ({
      name: `agent-${String(i)}`,
      command: "exec sleep 600",
    }));
    await world.roster(names);
    expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
    expect(await callsOf(["fleet", "ps", "--json"])).toEqual(["tmux", "ps"]);
    expect(await callsOf(["fleet", "ps"])).toEqual(["tmux", "ps"]);
  }
});

const DIST = PROGRAM.replace(/mosaic\.js$/, "");

/** The files of the build that one call loads, besides the entry. With a flag, Node uses nothing that was kept of them. */
async function filesOf(world: FleetWorld, ...args: readonly string[]): Promise<string[]> {
  const hook = `${world.server.tmpdir}/hook.mjs`;
  const log = `${world.server.tmpdir}/loaded`;
  await writeFile(
    hook,
    `import fs from "node:fs";
     const { readFileSync } = fs;
     fs.readFileSync = (path, ...how) => {
       fs.appendFileSync(${JSON.stringify(log)}, path + "\\n");
       return readFileSync(path, ...how);
     };`,
  );
  await rm(log, { force: true });
  await world.run([process.execPath, "--import", pathToFileURL(hook).href, PROGRAM, ...args]);
  const loaded = (await readFile(log, "utf8"))
    .split("\n")
    .filter((path) => path.startsWith(DIST) && path.endsWith(".js"));
  expect(loaded.length).toBeGreaterThan(0);
  return loaded.map((path) => path.slice(DIST.length));
}

/** The sources, by their path in the workspace, of all these. */
async function loadedBy(world: FleetWorld, ...args: readonly string[]): Promise<string[]> {
  const sources = JSON.parse(await readFile(`${DIST}chunks.json`, "utf8")) as Readonly<
    Record<string, string[]>
  >; // The build's.
  return (await filesOf(world, ...args)).flatMap((file) => {
    const inputs = sources[file];
    if (!inputs) throw new Error(`${file} is not of the build`);
    return inputs;
  });
}

const among = (inputs: readonly string[], ...wanted: readonly RegExp[]): string[] =>
  inputs.filter((input) => wanted.some((one) => one.test(input)));

test("--version and --help load nothing but the command tree", async () => {
  await using world = await fleetWorld();
  for (const args of [["--version"], ["--help"], ["fleet", "ps", "--help"]]) {
    const inputs = await loadedBy(world, ...args);
    expect(among(inputs, /apps\/cli|^src\//)).not.toEqual([]);
    expect(among(inputs, /packages\/|zod|yaml|string-width|environment\.ts|fleet-text\.ts/)).toEqual([]);
  }
});

test("ps loads its code in few pieces: each one costs", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await mkdir(`${world.home}/fleet/run`, { recursive: true });
  await world.mosaic("fleet", "ps");
  expect((await filesOf(world, "fleet", "ps", "--json")).length).toBeLessThan(10);
});

test("ps with a warm roster cache loads neither the parsers nor what changes or talks to agents", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await mkdir(`${world.home}/fleet/run`, { recursive: true });
  const cold = await loadedBy(world, "fleet", "ps", "--json");
  expect(among(cold, /\/zod\//, /\/yaml\//)).not.toEqual([]);
  const warm = await loadedBy(world, "fleet", "ps", "--json");
  expect(among(warm, /core\/src\/observe\.ts/)).toHaveLength(1);
  expect(
    among(
      warm,
      /\/(zod|yaml)\//,
      /core\/src\/(canary|send|deliver|apply|lifecycle|direct-manager|init|explain|reset|tail|watch|pane\.|lock)/,
      /packages\/(backlog|connectors|personas)/,
      /fleet-text|string-width/,
    ),
  ).toEqual([]);
});
