import { spawn } from "node:child_process";
import { fsyncSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { EMBEDDED_MAJOR } from "../src/embedded-version.ts";
import { openEmbeddedBacklog } from "../src/open.ts";
import { identity } from "./stores.ts";

async function tempFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "mf-embedded-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
const fails = (code: string, message: string): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message),
    hint: expect.any(String),
  });

test("every acknowledged write has reached the disk, and what only reads writes nothing", async () => {
  await using folder = await tempFolder();
  let syncs = 0;
  const sync = (fd: number): void => {
    syncs++;
    fsyncSync(fd);
  };
  await using backlog = await openEmbeddedBacklog({ dataDir: join(folder.path, "s"), ...identity, sync });
  for (let n = 0; n < 10; n++) {
    const before = syncs;
    await backlog.create({ id: `c${String(n)}`, title: "t" });
    expect(syncs).toBeGreaterThan(before);
  }
  await backlog.list();
  const before = syncs;
  await backlog.list();
  await backlog.claim({ owner: "me", class: "none" });
  expect(syncs).toBe(before);
});

test("a process that is killed loses nothing that was acknowledged", async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "s");
  const program = fileURLToPath(new URL("./embedded-writer.ts", import.meta.url));
  const writer = spawn(process.execPath, ["--conditions=@mosaic/source", program, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 50) writer.kill("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(50);
  await using backlog = await openEmbeddedBacklog({ dataDir, ...identity });
  const { cards } = await backlog.list({ limit: 1_000 });
  expect(cards.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
  expect((await backlog.doctor()).findings).toEqual([]);
});

test("a folder of another Postgres, and one that is no store, are left as they are", async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "old");
  await mkdir(dataDir);
  await writeFile(join(dataDir, "PG_VERSION"), "16\n");
  const open = (): Promise<unknown> => openEmbeddedBacklog({ dataDir, ...identity });
  await expect(open()).rejects.toEqual(fails("BACKLOG_STORE_VERSION", "written by Postgres 16"));
  await rm(join(dataDir, "PG_VERSION"));
  await writeFile(join(dataDir, "notes.txt"), "mine");
  await expect(open()).rejects.toEqual(fails("BACKLOG_STORE_VERSION", "is not a store"));
  expect(await readdir(dataDir)).toEqual(["notes.txt"]);
});

test("a folder that cannot be made is said to be one", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "file");
  await writeFile(file, "");
  const opened = openEmbeddedBacklog({ dataDir: join(file, "s"), ...identity });
  await expect(opened).rejects.toEqual(fails("BACKLOG_STORE_UNAVAILABLE", "cannot be a folder"));
});

test("a store that Postgres cannot open is said to be damaged, and left as it is", async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "s");
  await mkdir(dataDir);
  await writeFile(join(dataDir, "PG_VERSION"), `${EMBEDDED_MAJOR}\n`);
  const opened = openEmbeddedBacklog({ dataDir, ...identity });
  await expect(opened).rejects.toEqual(fails("BACKLOG_STORE_DAMAGED", dataDir));
  expect(await readdir(dataDir)).toContain("PG_VERSION");
});

test("the pinned PGlite is the Postgres that folders are checked for", async () => {
  await using folder = await tempFolder();
  await using backlog = await openEmbeddedBacklog({ dataDir: join(folder.path, "s"), ...identity });
  expect((await readFile(join(folder.path, "s", "PG_VERSION"), "utf8")).trim()).toBe(EMBEDDED_MAJOR);
  expect(backlog.store).toBe("embedded");
  expect(PGlite.defaultStartParams).toContain("-F");
});
