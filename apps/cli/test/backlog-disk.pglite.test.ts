import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { ownDisk } from "./own-disk.ts";
import { addCards, backlogWorld, type BacklogWorld } from "./store-world.ts";

let template: BacklogWorld;
beforeAll(async () => {
  template = await backlogWorld();
  await addCards(template, ["A1"]);
  await template.mosaic("store", "stop");
}, 100_000);
afterAll(() => template[Symbol.asyncDispose]());

const ids = async (fleet: BacklogWorld): Promise<string[]> =>
  (await fleet.json("fleet", "backlog", "list")).cards.map(({ id }) => id);
const refused = async (fleet: BacklogWorld, ...args: readonly string[]): Promise<unknown> => {
  const result = await fleet.mosaic(...args, "--json");
  return [result.exitCode, failure(result).code];
};

test(
  "a disk that gets full in the middle of a write loses nothing, and the store goes on when there is space",
  { timeout: 180_000 },
  async () => {
    await using own = await ownDisk();
    // A store has 39 MiB, and its log grows by 16 MiB at once.
    await using fleet = await backlogWorld({ from: template.home, disk: { own, size: "60m" } });
    const written = ["A1"];
    const write = async (): Promise<string | undefined> => {
      const id = `B${String(written.length)}`;
      const card = { id, title: "Large", body: randomBytes(700_000).toString("base64") };
      const stdin = JSON.stringify(card);
      const result = await fleet.mosaicWith({ stdin }, "fleet", "backlog", "import", "-", "--json");
      if (result.exitCode !== 0) {
        expect(result.exitCode).toBe(6);
        return failure(result).code;
      }
      written.push(id);
      return undefined;
    };
    let code: string | undefined;
    while (code === undefined) code = await write();
    expect(code).toBe("BACKLOG_STORE_FULL");
    expect(written.length).toBeGreaterThan(2);
    // Where there is no space to start in, it is the same answer, at once, and the store can still be stopped.
    await writeFile(`${fleet.files}/filler`, Buffer.alloc(64 << 20)).catch(() => undefined);
    expect(await refused(fleet, "fleet", "backlog", "list")).toEqual([6, "BACKLOG_STORE_FULL"]);
    expect((await fleet.mosaic("store", "stop")).exitCode).toBe(0);
    await rm(`${fleet.files}/filler`);
    await own.remount(fleet.home, "size=120m");
    expect((await ids(fleet)).sort()).toEqual(written.sort());
    expect(await write()).toBeUndefined();
    expect((await fleet.mosaic("fleet", "backlog", "doctor")).exitCode).toBe(0);
  },
);

test("a store that could not be made for want of space is made when there is some", async () => {
  await using own = await ownDisk();
  await using fleet = await backlogWorld({ disk: { own, size: "20m" } });
  expect(await refused(fleet, "fleet", "backlog", "list")).toEqual([6, "BACKLOG_STORE_FULL"]);
  await own.remount(fleet.home, "size=120m");
  await addCards(fleet, ["A1"]);
  expect(await ids(fleet)).toEqual(["A1"]);
});

test("a disk that can only be read is said to be one, and the cards are there when it can be written", async () => {
  await using own = await ownDisk();
  await using fleet = await backlogWorld({ from: template.home, disk: { own, size: "120m" } });
  await addCards(fleet, ["A2"]);
  await fleet.mosaic("store", "stop");
  await own.remount(fleet.home, "ro");
  for (const args of [["list"], ["create", "--id", "A3", "--title", "x"]])
    expect(await refused(fleet, "fleet", "backlog", ...args)).toEqual([6, "BACKLOG_STORE_READ_ONLY"]);
  const elsewhere = ["--mosaic-home", `${fleet.home}/other`] as const;
  expect(await refused(fleet, "fleet", "backlog", "list", ...elsewhere)).toEqual([
    6,
    "BACKLOG_STORE_READ_ONLY",
  ]);
  expect((await fleet.mosaic("store", "stop")).exitCode).toBe(0);
  await own.remount(fleet.home, "rw");
  expect((await ids(fleet)).sort()).toEqual(["A1", "A2"]);
});

test("a store whose making was killed is made anew", { timeout: 180_000 }, async () => {
  await using fleet = await backlogWorld();
  const first = fleet.mosaic("fleet", "backlog", "list", "--json");
  const pid = await waitFor(
    async () => (existsSync(`${fleet.home}/fleet/backlog/base`) ? serving(fleet.home) : undefined),
    { what: "a store that is being made", deadlineMs: 60_000 },
  );
  process.kill(pid, "SIGKILL");
  const { exitCode, stderr } = await first;
  expect([exitCode, failure({ stderr }).code]).toEqual([6, "BACKLOG_STORE_UNAVAILABLE"]);
  expect(existsSync(`${fleet.home}/fleet/backlog.unfinished`)).toBe(true);
  await addCards(fleet, ["A1"]);
  expect(await ids(fleet)).toEqual(["A1"]);
  expect(existsSync(`${fleet.home}/fleet/backlog.unfinished`)).toBe(false);
});

/** The process that was started to serve a home; also one that does not listen yet. */
async function serving(home: string): Promise<number | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(`serve\0--mosaic-home\0${home}\0`)) return Number(pid);
  }
  return undefined;
}
