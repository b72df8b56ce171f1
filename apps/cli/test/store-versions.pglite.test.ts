import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROGRAM, failure } from "./fleet-world.ts";
import { addCards, backlogWorld, type BacklogWorld, type Calls } from "./store-world.ts";

const ids = (count: number): number[] => [...Array(count).keys()];

/** The built program, with other words in it; each must stand in exactly one of its files. */
async function otherBuild(folder: string, words: Readonly<Record<string, string>>): Promise<string> {
  await cp(dirname(PROGRAM), folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const),
  );
  for (const before of Object.keys(words)) {
    const found = texts.filter(([, text]) => text.includes(before));
    if (found.length !== 1) throw new Error(`${before} stands in ${String(found.length)} files`);
  }
  for (const [name, text] of texts)
    await writeFile(
      join(folder, name),
      Object.entries(words).reduce((changed, [before, after]) => changed.replaceAll(before, after), text),
    );
  return join(folder, "mosaic.js");
}

let builds: string;
let newer: string;
let newerProtocol: string;
beforeAll(async () => {
  builds = await mkdtemp(join(tmpdir(), "mf-builds-"));
  const version = await backlogWorld();
  const { stdout } = await version.mosaic("--version");
  await version[Symbol.asyncDispose]();
  const later = { [`VERSION="${stdout.trim()}"`]: 'VERSION="99.0.0"' };
  newer = await otherBuild(join(builds, "newer"), later);
  newerProtocol = await otherBuild(join(builds, "protocol"), {
    ...later,
    "STORE_PROTOCOL=1": "STORE_PROTOCOL=2",
  });
}, 100_000);
afterAll(() => rm(builds, { recursive: true, force: true }));

const service = async (
  fleet: BacklogWorld,
): Promise<{ readonly pid: number; readonly version: string } | null> =>
  (await fleet.json("store", "status")).service;

test(
  "a newer build takes the store over under concurrent calls of both, and nothing is lost",
  { timeout: 180_000 },
  async () => {
    await using fleet = await backlogWorld();
    const updated = fleet.as(newer);
    await addCards(fleet, []);
    const old = await service(fleet);
    const worker = async (world: Calls, name: string): Promise<string[]> => {
      const done: string[] = [];
      for (const n of ids(6)) {
        const id = `${name}-${String(n)}`;
        await world.json("fleet", "backlog", "create", "--id", id, "--title", "x");
        const { card } = await world.json("fleet", "backlog", "claim", "--id", id, "--owner", name);
        await world.json("fleet", "backlog", "complete", "--id", id, "--fence", String(card.fence));
        done.push(id);
      }
      return done;
    };
    const older = ["o1", "o2", "o3"].map((name) => worker(fleet, name));
    const newest = ["n1", "n2", "n3"].map((name) => worker(updated, name));
    const acknowledged = (await Promise.all([...older, ...newest])).flat();
    const { cards } = await fleet.json("fleet", "backlog", "list");
    expect(cards.map(({ id, status, attempts }) => [id, status, attempts]).sort()).toEqual(
      acknowledged.map((id) => [id, "done", 1]).sort(),
    );
    const now = await service(fleet);
    expect(now?.version).toBe("99.0.0");
    expect(now?.pid).not.toBe(old?.pid);
    expect((await fleet.mosaic("fleet", "backlog", "doctor")).exitCode).toBe(0);
  },
);

test("a build that speaks an older protocol is told which mosaic serves, and can end it", async () => {
  await using fleet = await backlogWorld();
  await addCards(fleet.as(newerProtocol), ["A1"]);
  const result = await fleet.mosaic("fleet", "backlog", "list", "--json");
  const { code, message, hint } = failure(result);
  expect([result.exitCode, code]).toEqual([3, "BACKLOG_STORE_VERSION"]);
  expect(message).toContain("mosaic 99.0.0");
  expect(hint).toContain("mosaic store stop");
  await fleet.json("store", "stop");
  expect((await fleet.json("fleet", "backlog", "list")).cards.map(({ id }) => id)).toEqual(["A1"]);
});
