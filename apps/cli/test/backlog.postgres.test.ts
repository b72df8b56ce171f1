import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { expectFreshClaims } from "./fresh-shells.ts";
import { addCards, backlogWorld, type BacklogWorld } from "./store-world.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await postgresServer();
}, 100_000);
afterAll(() => server[Symbol.asyncDispose]());

const onServer = async (): Promise<BacklogWorld> =>
  backlogWorld({ env: { DATABASE_URL: server.url(await server.database()) } });

test(
  "eight shells at once on a server that has no cards yet never see the same one",
  { timeout: 180_000 },
  async () => {
    await using fleet = await onServer();
    await expectFreshClaims(fleet);
    expect(await fleet.json("store", "status")).toMatchObject({ store: "server", service: null });
  },
);

test(
  "cards move from the embedded store to a server and back, and nothing is lost",
  { timeout: 90_000 },
  async () => {
    await using embedded = await backlogWorld();
    await using fleet = await onServer();
    await using again = await backlogWorld();
    await addCards(embedded, ["A1", "A2"]);
    await embedded.json("fleet", "backlog", "link", "--from", "A2", "--to", "A1");
    await embedded.json("fleet", "backlog", "claim", "--owner", "a");
    await embedded.json(
      "fleet",
      "backlog",
      "complete",
      "--id",
      "A1",
      "--fence",
      "1",
      "--evidence",
      '{"ok":true}',
    );
    const cards = async (world: BacklogWorld): Promise<unknown> =>
      (await world.mosaic("store", "export")).stdout
        .split("\n")
        .filter((line) => line.includes('"kind":"card"'));
    const first = await embedded.json("store", "backup");
    await fleet.json("store", "import", first.path);
    const second = await fleet.json("store", "backup");
    await again.json("store", "import", second.path);
    expect(await cards(fleet)).toEqual(await cards(embedded));
    expect(await cards(again)).toEqual(await cards(embedded));
  },
);

test("a server that is away is named without the password", { timeout: 60_000 }, async () => {
  await using fleet = await backlogWorld({
    env: { DATABASE_URL: "postgres://ada:hunter2@127.0.0.1:1/fleet" },
  });
  for (const args of [["fleet", "backlog", "list", "--json"]]) {
    const result = await fleet.mosaic(...args);
    expect([result.exitCode, failure(result).code]).toEqual([6, "BACKLOG_STORE_UNAVAILABLE"]);
    expect(result.stderr).toContain("ada:***@127.0.0.1:1/fleet");
    expect(result.stdout + result.stderr).not.toContain("hunter2");
  }
  expect((await fleet.mosaic("store", "status")).stdout).toBe(
    "A Postgres server: postgres://ada:***@127.0.0.1:1/fleet\nnamed by DATABASE_URL in your environment, which agents in panes do not get\n",
  );
});
