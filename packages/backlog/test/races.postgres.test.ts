import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseConnection } from "../src/connection.ts";
import { serverDriver } from "../src/server-driver.ts";
import { openServerBacklog } from "../src/open.ts";
import { identity, testStore, type TestStore } from "./stores.ts";

// What only a server can show: PGlite has one connection, so nothing there ever waits for a lock.

let server: PostgresServer;
let database: string;
let store: TestStore;

beforeAll(async () => {
  server = await postgresServer();
  database = await server.database();
  store = await testStore(serverDriver(parseConnection(server.url(database)), 16), () =>
    server[Symbol.asyncDispose](),
  );
});
beforeEach(() => store.clear());
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

/** Another client in the middle of a transaction. */
interface OpenTransaction extends AsyncDisposable {
  readonly sql: (statement: string) => Promise<unknown>;
  readonly commit: () => Promise<void>;
}
async function begin(of = database): Promise<OpenTransaction> {
  const { url, ...who } = parseConnection(server.url(of));
  const client = postgres(url, { ...who, max: 1, onnotice: () => undefined });
  const sql = (statement: string): Promise<unknown> => client.unsafe(statement);
  await sql("begin");
  return {
    sql,
    commit: async () => {
      await sql("commit");
    },
    [Symbol.asyncDispose]: () => client.end({ timeout: 1 }),
  };
}

/** Until a statement of ours waits for a lock. */
const somebodyWaits = (): Promise<true> =>
  waitFor(
    async () =>
      (await server.sql(database, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")) !==
      "0",
    { what: "a statement that waits for a lock" },
  );

async function within<T>(ms: number, work: Promise<T>): Promise<T | "still waiting"> {
  const { promise, resolve } = Promise.withResolvers<"still waiting">();
  const timer = setTimeout(resolve, ms, "still waiting");
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function make(...ids: string[]): Promise<void> {
  for (const id of ids) await store.backlog.create({ id, title: id });
}

test("a claim passes over a row that another transaction holds", async () => {
  await make("A", "B");
  await using other = await begin();
  await other.sql("select * from backlog_card where id = 'A' for no key update");
  const claimed = await within(5_000, store.backlog.claim({ owner: "me" }));
  expect(claimed).toMatchObject({ id: "B" });
  expect(await within(5_000, store.backlog.claim({ owner: "you" }))).toBeNull();
});

test("a claim takes a card to which somebody is adding a dependent", async () => {
  await make("A", "B");
  await using other = await begin();
  await other.sql("insert into backlog_dep values ('B', 'A')");
  expect(await within(5_000, store.backlog.claim({ owner: "me" }))).toMatchObject({ id: "A" });
});

test("a claim by id waits for the transaction that holds the card", async () => {
  await make("A");
  await using other = await begin();
  await other.sql("update backlog_card set title = 'new' where id = 'A'");
  const claim = store.backlog.claim({ owner: "me", id: "A" });
  await somebodyWaits();
  await other.commit();
  expect(await claim).toMatchObject({ id: "A", title: "new", claim_owner: "me" });
});

test("a reclaim passes over a claim that is being renewed", async () => {
  await make("A");
  await store.backlog.claim({ owner: "me", ttl_seconds: 0.001 });
  await waitFor(async () => (await store.backlog.stats()).expired_claims === 1, { what: "the expiry" });
  await using other = await begin();
  await other.sql("update backlog_card set claim_expires_at = now() + interval '1 hour' where id = 'A'");
  expect(await within(5_000, store.backlog.reclaim())).toEqual({ reclaimed: [] });
  await other.commit();
  expect(await store.backlog.reclaim()).toEqual({ reclaimed: [] });
});

test("counters stay right when dependencies are completed and reopened at once", async () => {
  const roots = Array.from({ length: 12 }, (_, n) => `r${String(n)}`);
  await make(...roots);
  for (let n = 0; n < 12; n++)
    await store.backlog.create({ id: `d${String(n)}`, title: "d", depends_on: roots });
  for (let round = 0; round < 12; round++) {
    await Promise.all(roots.map((id) => store.backlog.complete({ id })));
    expect((await store.backlog.doctor()).findings).toEqual([]);
    expect((await store.backlog.stats()).claimable).toBe(12);
    await Promise.all(roots.map((id) => store.backlog.reopen({ id })));
    expect((await store.backlog.doctor()).findings).toEqual([]);
  }
});

test("counters stay right when edges change while dependencies are completed", async () => {
  const roots = Array.from({ length: 10 }, (_, n) => `r${String(n)}`);
  await make(...roots, "d");
  for (let round = 0; round < 15; round++) {
    await Promise.all([
      ...roots.map((to) => store.backlog.link({ from: "d", to })),
      ...roots.map((id) => store.backlog.complete({ id })),
    ]);
    expect((await store.backlog.doctor()).findings).toEqual([]);
    await Promise.all([
      ...roots.map((to) => store.backlog.unlink({ from: "d", to })),
      ...roots.map((id) => store.backlog.reopen({ id })),
    ]);
    expect((await store.backlog.doctor()).findings).toEqual([]);
  }
});

test("a counter is of what was completed meanwhile, also where transactions are repeatable by default", async () => {
  const strict = await server.database();
  await server.sql(strict, `alter database ${strict} set default_transaction_isolation = 'repeatable read'`);
  await using backlog = await openServerBacklog({ url: server.url(strict), ...identity });
  await backlog.create({ id: "A", title: "a" });
  await using other = await begin(strict);
  await other.sql("select pg_advisory_xact_lock_shared(7171955, 2)");
  await other.sql("update backlog_card set status = 'done' where id = 'A'");
  const create = backlog.create({ id: "B", title: "b", depends_on: ["A"] });
  await somebodyWaits();
  await other.commit();
  expect((await create).card).toMatchObject({ unmet_deps: 0 });
});

test("of two links that make a circle together one is refused", async () => {
  for (let round = 0; round < 25; round++) {
    const [a, b, c] = [`a${String(round)}`, `b${String(round)}`, `c${String(round)}`];
    await make(a, b, c);
    const results = await Promise.allSettled([
      store.backlog.link({ from: a, to: b }),
      store.backlog.link({ from: b, to: c }),
      store.backlog.link({ from: c, to: a }),
    ]);
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: "BACKLOG_CYCLE" }) }),
    ]);
  }
  expect((await store.backlog.doctor()).findings).toEqual([]);
});

test("a transaction that the server ends to break a deadlock is done again", async () => {
  await make("A");
  await store.backlog.create({ id: "B", title: "b", depends_on: ["A"] });
  await using other = await begin();
  // The other one never looks for deadlocks, so the server ends ours.
  await other.sql("set local deadlock_timeout = '1h'");
  await other.sql("update backlog_card set title = 'b2' where id = 'B'");
  const complete = store.backlog.complete({ id: "A" });
  await somebodyWaits();
  await other.sql("update backlog_card set title = 'a2' where id = 'A'");
  await other.commit();
  expect(await complete).toMatchObject({ card: { status: "done", title: "a2" }, freed: ["B"] });
});

test("no event with a lower number appears behind a page that was read", async () => {
  await using other = await begin();
  await other.sql("select pg_advisory_xact_lock_shared(7171955, 1)");
  await other.sql(
    "insert into backlog_event (kind, card_id, fence, tenant_id, host) values ('created', 'slow', 0, 't', 'h')",
  );
  await make("quick");
  const events = store.backlog.events();
  await somebodyWaits();
  await other.commit();
  expect((await events).events.map(({ card_id }) => card_id)).toEqual(["slow", "quick"]);
});

test("two creates with one key at once make one card", async () => {
  for (let round = 0; round < 10; round++) {
    const key = `k${String(round)}`;
    const both = await Promise.all(
      ["x", "y", "z"].map((stem) =>
        store.backlog.create({ id: `${stem}${String(round)}`, title: "t", idempotency_key: key }),
      ),
    );
    expect(new Set(both.map(({ card }) => card.id)).size).toBe(1);
    expect(both.filter(({ created }) => created)).toHaveLength(1);
  }
});
