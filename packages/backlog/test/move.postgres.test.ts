import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import fc from "fast-check";
import { isFleetError } from "@mosaic/fleet-model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConnection } from "../src/connection.ts";
import { openServerBacklog } from "../src/open.ts";
import { serverDriver } from "../src/server-driver.ts";
import { identity } from "./identity.ts";
import { operation, perform } from "./operations.ts";
import { startProgram } from "./program.ts";
import { embeddedStore, exported, testStore, type TestStore } from "./stores.ts";

const LONG = { timeout: 180_000 };

let server: PostgresServer;
beforeAll(async () => {
  server = await postgresServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const serverStore = async (): Promise<TestStore> =>
  testStore(serverDriver(parseConnection(server.url(await server.database())), 2), () => Promise.resolve());

test(
  "a backlog that moves to the server and back has lost nothing, whatever happened in it",
  LONG,
  async () => {
    await using embedded = await embeddedStore();
    await using remote = await serverStore();
    const move = async (from: TestStore, to: TestStore): Promise<void> => {
      await to.clear();
      await to.backlog.import(from.backlog.export());
    };
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 40, maxLength: 40, size: "max" }), async (steps) => {
        await embedded.clear();
        for (const step of steps)
          await perform(embedded, step).catch((error: unknown) => {
            if (!isFleetError(error)) throw error;
          });
        await embedded.backlog.post({ id: "m1", sender: "a", receiver: "b", text: "t" });
        await embedded.backlog.spend({ id: "s1", agent: "a", cost_micros: 2 });
        const before = await exported(embedded.backlog);
        await move(embedded, remote);
        expect(await exported(remote.backlog)).toEqual(before);
        await move(remote, embedded);
        expect(await exported(embedded.backlog)).toEqual(before);
        expect((await embedded.backlog.doctor()).findings).toEqual([]);
      }),
      { numRuns: 20 },
    );
  },
);

test("an import whose process is killed in the middle has taken nothing", async () => {
  const database = await server.database();
  const url = server.url(database);
  await using backlog = await openServerBacklog({ url, ...identity });
  await using blocker = serverDriver(parseConnection(url), 1);
  const waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
  const others = `select count(*) from pg_stat_activity where datname = '${database}' and state = 'active'`;
  await blocker.transaction(async (session) => {
    // The cards are in; the edges have to wait.
    await session.script("lock table backlog_dep in exclusive mode");
    const victim = startProgram(new URL("./import-victim.ts", import.meta.url), ["server", url, "50"]);
    await waitFor(async () => (await server.sql(database, waits)) === "1", { what: "the import to wait" });
    victim.kill();
    expect(await victim.end).toMatchObject({ signal: "SIGKILL", stdout: "" });
  });
  // The one that asks is active, too.
  await waitFor(async () => (await server.sql(database, others)) === "1", {
    what: "the end of its connection",
  });
  expect(await backlog.stats()).toMatchObject({ cards: 0 });
  const again = startProgram(new URL("./import-victim.ts", import.meta.url), ["server", url, "50"]);
  expect(await again.end).toMatchObject({ exitCode: 0, stdout: "50" });
});

test("an import and an export need no more memory than a page of them", LONG, async () => {
  const url = server.url(await server.database());
  // 160 MB of cards, in a heap that would hold a third of them.
  const copied = startProgram(
    new URL("./export-large.ts", import.meta.url),
    [url, "8000"],
    ["--max-old-space-size=56"],
  );
  expect(await copied.end).toEqual({ exitCode: 0, signal: null, stdout: "8000 cards, 8000 events" });
});
