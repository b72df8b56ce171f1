import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { createRun } from "@mosaic/fleet-process";
import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROGRAM, failure } from "./fleet-world.ts";
import { guardedServer, urlWith } from "./guarded-server.ts";
import { addCards, backlogWorld } from "./store-world.ts";

let guarded: PostgresServer;
beforeAll(async () => {
  guarded = await guardedServer();
  await guarded.sql("postgres", "create role fleet login password 'sesame'");
  await guarded.sql("postgres", "create database fleet owner fleet");
}, 100_000);
afterAll(() => guarded[Symbol.asyncDispose]());

test("the credentials file names the server, the environment stands before it, and others must not read it", async () => {
  await using fleet = await backlogWorld();
  await mkdir(fleet.home, { recursive: true });
  const file = `${fleet.home}/credentials`;
  const url = urlWith(guarded, "fleet", "sesame", "fleet");
  await writeFile(file, `# The fleet's secrets\nDATABASE_URL=${url}\n`, { mode: 0o600 });
  await addCards(fleet, ["A1"]);
  const shown = url.replace("sesame", "***");
  expect(await fleet.json("store", "status")).toMatchObject({
    store: "server",
    address: shown,
    named_by: "credentials",
  });
  expect((await fleet.mosaic("store", "status")).stdout).toBe(
    `A Postgres server: ${shown}\nnamed by the credentials file\n`,
  );
  expect(await guarded.sql("fleet", "select count(*) from backlog_card")).toBe("1");

  const env = { ...fleet.env, DATABASE_URL: "postgres://ada:sesame@127.0.0.1:1/other" };
  const elsewhere = await createRun(env)([process.execPath, PROGRAM, "fleet", "backlog", "list", "--json"]);
  expect([elsewhere.exitCode, failure(elsewhere).message]).toEqual([
    6,
    expect.stringContaining("127.0.0.1:1/other"),
  ]);

  for (const mode of [0o640, 0o604]) {
    await chmod(file, mode);
    const refused = await fleet.mosaic("fleet", "backlog", "list", "--json");
    const { code, message, hint } = failure(refused);
    expect([refused.exitCode, code]).toEqual([3, "CREDENTIALS_EXPOSED"]);
    expect(message).toContain(`mode ${mode.toString(8)}`);
    expect(hint).toContain(`chmod 600 ${file}`);
    expect(refused.stderr + refused.stdout).not.toContain("sesame");
  }
  await chmod(file, 0o600);
  expect((await fleet.json("fleet", "backlog", "show", "A1")).card.id).toBe("A1");
});

test.for([
  ["password", "fleet", "wrong", "fleet", "28P01"],
  ["user", "stranger", "sesame", "fleet", "28P01"],
  ["database", "fleet", "sesame", "missing", "3D000"],
] as const)("a wrong %s is told without the password", async ([, user, password, database, state]) => {
  await using fleet = await backlogWorld({
    env: { DATABASE_URL: urlWith(guarded, user, password, database) },
  });
  for (const more of [[], ["--json"]]) {
    const result = await fleet.mosaic("fleet", "backlog", "list", ...more);
    expect(result.exitCode).toBe(6);
    expect(result.stderr).toContain(state);
    expect(result.stdout + result.stderr).not.toContain(password);
    if (more.length > 0) expect(failure(result)).toMatchObject({ code: "BACKLOG_STORE_REFUSED" });
  }
});

test("a server that does not answer is given up, and no process shows the password", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  const connected = new Promise((resolve) => silent.once("connection", resolve));
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo; // It listens on a port.
  await using fleet = await backlogWorld({
    env: { DATABASE_URL: `postgres://ada:sesame@127.0.0.1:${String(port)}/x` },
  });
  const call = fleet.mosaic("fleet", "backlog", "list", "--json");
  await connected;
  expect(await commandLines()).not.toContain("sesame");
  const result = await call;
  silent.close();
  expect([result.exitCode, failure(result).code]).toEqual([6, "BACKLOG_STORE_UNAVAILABLE"]);
  expect(result.stderr).not.toContain("sesame");
});

async function commandLines(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return (await Promise.all(lines)).join("\n");
}

test("a server that goes away in the middle of a call is told, and the same call goes on when it is back", async () => {
  await using durable = await postgresServer({ durable: true });
  const database = await durable.database();
  await using fleet = await backlogWorld({ env: { DATABASE_URL: durable.url(database) } });
  await addCards(fleet, ["A1"]);
  const holding = durable
    .sql(database, "begin; lock table backlog_card; select pg_sleep(300)")
    .catch(() => undefined);
  const waiting = (count: number): Promise<true> =>
    waitFor(
      async () => {
        const query = "select count(*) from pg_locks where relation = 'backlog_card'::regclass";
        return Number(await durable.sql(database, query)) >= count || undefined;
      },
      { what: `${String(count)} locks` },
    );
  await waiting(1);
  const create = ["fleet", "backlog", "create", "--id", "A2", "--title", "x", "--json"];
  const call = fleet.mosaic(...create);
  await waiting(2);
  await durable.stop("immediate");
  const result = await call;
  await holding;
  expect([result.exitCode, failure(result).code]).toEqual([6, "BACKLOG_STORE_UNAVAILABLE"]);
  await durable.start();
  expect((await fleet.mosaic(...create)).exitCode).toBe(0);
  expect((await fleet.json("fleet", "backlog", "list")).cards.map(({ id }) => id)).toEqual(["A1", "A2"]);
});

test("the path of a server's socket that is too long is told", async () => {
  await using fleet = await backlogWorld({ env: { DATABASE_URL: `postgres:///x?host=/${"d".repeat(120)}` } });
  const result = await fleet.mosaic("fleet", "backlog", "list", "--json");
  expect([result.exitCode, failure(result).code]).toEqual([2, "BACKLOG_INVALID"]);
  expect(failure(result).message).toContain("107");
});
