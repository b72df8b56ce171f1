import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServerBacklog } from "../src/open.ts";
import { SCHEMA_VERSION } from "../src/schema.ts";
import { identity } from "./stores.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await postgresServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const open = (url: string): ReturnType<typeof openServerBacklog> => openServerBacklog({ url, ...identity });
const fails = (code: string, message = ""): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

test("many who open a new database at once find it ready", async () => {
  const url = server.url(await server.database());
  const opened = await Promise.all(Array.from({ length: 6 }, () => open(url)));
  await opened[0]?.create({ id: "A", title: "a" });
  for (const backlog of opened) expect((await backlog.stats()).cards).toBe(1);
  await Promise.all(opened.map((backlog) => backlog[Symbol.asyncDispose]()));
});

test("a store of a newer schema is left alone", async () => {
  const database = await server.database();
  await (await open(server.url(database)))[Symbol.asyncDispose]();
  await server.sql(database, `insert into backlog_migration values (${String(SCHEMA_VERSION + 1)}, now())`);
  await expect(open(server.url(database))).rejects.toEqual(fails("BACKLOG_STORE_VERSION", "schema"));
});

test("no server, no database and no such user are told apart", async () => {
  const nowhere = "postgres:///x?host=/nonexistent&user=x";
  await expect(open(nowhere)).rejects.toEqual(fails("BACKLOG_STORE_UNAVAILABLE", "does not answer (ENOENT)"));
  await expect(open(server.url("missing"))).rejects.toEqual(fails("BACKLOG_STORE_REFUSED", "3D000"));
  await expect(open(server.url("postgres", "stranger"))).rejects.toEqual(
    fails("BACKLOG_STORE_REFUSED", "28000"),
  );
  await expect(open("mysql://x")).rejects.toEqual(fails("BACKLOG_INVALID", "postgres://"));
});

test("a wrong password is said without the password", async () => {
  await using guarded = await postgresServer();
  await guarded.sql("postgres", "create role agent login password 'right'");
  const rule = "copy (select 'local all agent scram-sha-256') to ";
  await guarded.sql("postgres", `${rule}'${guarded.folder}/data/pg_hba.conf'`);
  await guarded.stop();
  await guarded.start().catch(() => undefined);
  const url = `postgres://agent:sesame%40open@localhost/postgres?host=${guarded.folder}`;
  const error: unknown = await open(url).catch((thrown: unknown) => thrown);
  expect(error).toEqual(fails("BACKLOG_STORE_REFUSED", "28P01"));
  expect(JSON.stringify(error) + String(error)).not.toContain("sesame");
});

test("a database whose encoding lacks a character says so", async () => {
  const database = await server.database();
  const latin = `${database}_latin`;
  await server.sql("postgres", `create database ${latin} encoding 'LATIN1' template template0`);
  await using backlog = await open(server.url(latin));
  expect((await backlog.create({ id: "A", title: "caf\u00e9" })).card.title).toBe("caf\u00e9");
  const refused = expect.objectContaining({ hint: expect.stringContaining("UTF8") });
  await expect(backlog.create({ id: "B", title: "\u65e5\u672c" })).rejects.toEqual(refused);
  await expect(backlog.create({ id: "B", title: "\u65e5\u672c" })).rejects.toEqual(
    fails("BACKLOG_STORE_REFUSED", "22P05"),
  );
});

test("a setting in the URL that the server does not know is said to be one", async () => {
  const url = `${server.url(await server.database())}&channel_binding=require`;
  await expect(open(url)).rejects.toEqual(fails("BACKLOG_STORE_REFUSED", "42704"));
});

test("a database that can only be read is said to be one", async () => {
  const database = await server.database();
  const url = server.url(database);
  await (await open(url))[Symbol.asyncDispose]();
  await server.sql(database, `alter database ${database} set default_transaction_read_only = on`);
  await using backlog = await open(url);
  await expect(backlog.create({ id: "A", title: "a" })).rejects.toEqual(fails("BACKLOG_STORE_READ_ONLY"));
});

test("a server that crashes keeps what it acknowledged, and the same backlog goes on when it is back", async () => {
  await using durable = await postgresServer({ durable: true });
  await using backlog = await open(durable.url(await durable.database()));
  for (let n = 0; n < 20; n++) await backlog.create({ id: `c${String(n)}`, title: "t" });
  const claimed = await backlog.claim({ owner: "me", claim_token: "t" });
  await durable.stop("immediate");
  await expect(backlog.stats()).rejects.toEqual(fails("BACKLOG_STORE_UNAVAILABLE"));
  await durable.start();
  const stats = await waitFor(() => backlog.stats().catch(() => undefined), { what: "the server's answer" });
  expect(stats).toMatchObject({ cards: 20, by_status: { claimed: 1 } });
  expect(await backlog.claim({ owner: "me", claim_token: "t" })).toEqual(claimed);
});
