import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRun } from "@mosaic/fleet-process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROGRAM } from "./fleet-world.ts";
import { buildOf, treeOf, updateWorld } from "./update-world.ts";

const PACKAGE = dirname(dirname(PROGRAM));
const INSTALL = join(PACKAGE, "../../bin/install");

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** The package as it is published, packed by npm once for all tests. */
let publishedPackage: Packed;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mf-pack-"));
  const run = createRun(process.env);
  await run([process.execPath, PROGRAM, "--version"]);
  const { stdout, stderr } = await run(
    ["npm", "pack", "--json", "--cache", join(folder, "cache"), "--pack-destination", folder],
    { cwd: PACKAGE, timeoutMs: 60_000 },
  );
  const [first] = JSON.parse(stdout) as Packed[]; // As npm 10 and 11 print it.
  if (!first) throw new Error(stderr);
  publishedPackage = first;
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const tarball = (): string => join(folder, publishedPackage.filename);

test("the packed command line has its framework and nothing that only a checkout needs", () => {
  const paths = publishedPackage.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "package.json",
      "dist/mosaic.js",
      "dist/pglite.wasm",
      "dist/framework/fleet/roles/code.md",
    ]),
  );
  expect(
    paths.filter((path) => /metafile|chunks\.json|compiled|\.map$|\.ts$|^src|^test|^framework/.test(path)),
  ).toEqual([]);
});

test("one command installs it, seeds the home and checks the host, and again does no harm", async () => {
  await using world = await updateWorld();
  const install = (): ReturnType<typeof world.run> =>
    world.run([INSTALL, tarball()], { timeoutMs: 60_000, cwd: world.root });
  const first = await install();
  expect(first.exitCode, first.stderr).toBe(0);
  const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")) as {
    version: string;
  };
  expect(first.stdout).toContain(`The home holds the framework of ${version}`);
  expect(first.stdout).toContain("ROSTER_MISSING");
  expect(first.stdout).toContain(`Installed mosaic ${version}. Next: mosaic fleet init`);
  // Everything is bundled: it brings no other package.
  const module = join(world.prefix, "lib/node_modules/@mosaic/cli");
  expect(existsSync(join(module, "node_modules"))).toBe(false);
  const tree = await treeOf(world.home, /^fleet\/run\//);
  expect(tree["fleet/roles/code.md"]).toBeDefined();
  expect((await stat(join(world.home, "tools/fleet/start-agent-session.sh"))).mode & 0o777).toBe(0o755);

  const second = await install();
  expect(second.exitCode, second.stderr).toBe(0);
  expect(second.stdout).toContain("Nothing to do.");
  expect(await treeOf(world.home, /^fleet\/run\//)).toEqual(tree);
});

test("what Node compiles of it is kept inside it, but not by another user", async () => {
  const installed = join(folder, "installed");
  await buildOf("3.0.0", installed);
  const compiled = join(installed, "dist/compiled");
  await rm(compiled, { recursive: true, force: true });
  const run = createRun(process.env);
  const mosaic = (...flags: string[]): ReturnType<typeof run> =>
    run([process.execPath, ...flags, join(installed, "dist/mosaic.js"), "--version"]);
  const byAnother = await mosaic("--import", "data:text/javascript,process.getuid = () => 12345678");
  expect([byAnother.stdout, existsSync(compiled)]).toEqual(["3.0.0\n", false]);
  expect([(await mosaic()).stdout, existsSync(compiled)]).toEqual(["3.0.0\n", true]);
});

test("what was installed runs without the checkout, from any folder", async () => {
  await using world = await updateWorld();
  await world.npm("install", "--global", tarball());
  const run = createRun({ ...world.env, MOSAIC_HOME: join(world.root, "other") });
  const mosaic = (...args: string[]): ReturnType<typeof run> =>
    run([join(world.prefix, "bin/mosaic"), ...args], { cwd: "/", timeoutMs: 60_000 });
  const listed = await mosaic("fleet", "persona", "list", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({ version: 1 });
  const created = await mosaic("fleet", "backlog", "create", "--id", "A1", "--title", "It stores");
  expect(created.exitCode, created.stderr).toBe(0);
  expect((await mosaic("store", "stop")).exitCode).toBe(0);
});
