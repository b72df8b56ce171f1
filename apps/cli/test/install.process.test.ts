import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRun } from "@mosaic/fleet-process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

describe("what is compiled of it", () => {
  const run = createRun({ ...process.env, NODE_OPTIONS: "" });
  const dist = (): string => join(folder, "installed/dist");
  const mosaic = (...args: string[]): ReturnType<typeof run> =>
    run([process.execPath, join(dist(), "mosaic.js"), ...args]);
  const kept = (): string => join(dist(), "compiled", `${process.version}-${process.arch}`);
  /** Bytes kept of the file that every call loads. */
  const keptOfMain = async (): Promise<number> => {
    const main = (await readdir(kept())).find((name) => /^main-\w+\.js$/.test(name)) ?? "";
    return (await stat(join(kept(), main))).size;
  };
  beforeEach(async () => {
    await rm(join(folder, "installed"), { recursive: true, force: true });
    await buildOf("3.0.0", join(folder, "installed"));
    await rm(join(dist(), "compiled"), { recursive: true, force: true });
  });

  test("is kept inside it, and each verb adds to it once", async () => {
    expect((await mosaic("--version")).stdout).toBe("3.0.0\n");
    const first = await keptOfMain();
    await mosaic("fleet", "persona", "list");
    const second = await keptOfMain();
    expect(second).toBeGreaterThan(first);
    await rm(kept(), { recursive: true });
    await mosaic("fleet", "persona", "list");
    const alone = await keptOfMain();
    await mosaic("fleet", "persona", "list");
    expect(await keptOfMain()).toBe(alone);
    expect(await readdir(kept())).toEqual(expect.arrayContaining(["fleet-persona-list"]));
  });

  test("is not kept of a call that failed, nor by another user than the owner", async () => {
    await mosaic("fleet", "backlog", "shwo");
    expect(existsSync(kept())).toBe(false);
    await chown(dist(), 12_345, 12_345);
    expect((await mosaic("--version")).stdout).toBe("3.0.0\n");
    expect(existsSync(kept())).toBe(false);
  });

  test.for([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["empty", () => Buffer.alloc(0)],
    ["of another file", () => Buffer.from("something else")],
  ] as const)("does no harm when it is %s", async ([, spoilt]) => {
    await mosaic("--version");
    for (const name of await readdir(kept()))
      await writeFile(join(kept(), name), spoilt(await readFile(join(kept(), name))));
    expect((await mosaic("--version")).stdout).toBe("3.0.0\n");
  });

  test("does not hide a change of the file it was compiled from", async () => {
    await mosaic("--version");
    const names = (await readdir(dist())).filter((name) => /^main-\w+\.js$/.test(name));
    for (const name of names) {
      const code = await readFile(join(dist(), name), "utf8");
      await writeFile(join(dist(), name), code.replace('VERSION="3.0.0"', 'VERSION="3.0.1"'));
    }
    expect((await mosaic("--version")).stdout).toBe("3.0.1\n");
    expect((await mosaic("--version")).stdout).toBe("3.0.1\n");
  });

  test("is left alone by a Node with flags, which compiles otherwise", async () => {
    const flagged = await run([process.execPath, "--no-lazy", join(dist(), "mosaic.js"), "--version"]);
    expect([flagged.stdout, existsSync(kept())]).toEqual(["3.0.0\n", false]);
  });
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
