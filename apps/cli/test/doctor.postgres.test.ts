import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diagnose, wrong, type Call } from "./doctor-world.ts";
import { fleetWorld } from "./fleet-world.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await postgresServer();
}, 100_000);
afterAll(() => server[Symbol.asyncDispose]());

test("a server that can keep the cards is fine, and nothing is made in it", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  const database = await server.database();
  expect(wrong(await diagnose(world, { env: { DATABASE_URL: server.url(database) } }))).toEqual([]);
  expect(await server.sql(database, "select count(*) from pg_tables where schemaname = 'public'")).toBe("0");
});

test("a server that does not know the user, or has a newer schema, is named with its mend", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  const database = await server.database();
  const call: Call = { env: { DATABASE_URL: server.url(database) } };
  const stranger = await diagnose(world, { env: { DATABASE_URL: server.url(database, "nobody_here") } });
  expect(stranger.findings).toContainEqual(
    expect.objectContaining({
      code: "STORE_UNREACHABLE",
      mend: expect.stringMatching(/^Correct the store's URL/),
    }),
  );
  await server.sql(
    database,
    "create table backlog_migration (version integer primary key, applied_at timestamptz)",
  );
  await server.sql(database, "insert into backlog_migration values (999, now())");
  const newer = await diagnose(world, call);
  expect(wrong(newer)).toEqual(["STORE_DAMAGED"]);
  expect(newer.findings).toContainEqual(
    expect.objectContaining({ code: "STORE_DAMAGED", mend: expect.stringMatching(/update this one/) }),
  );
  await server.sql(database, "drop table backlog_migration");
  expect(wrong(await diagnose(world, call))).toEqual([]);
});
