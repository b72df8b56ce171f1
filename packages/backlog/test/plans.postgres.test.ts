import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { parseConnection } from "../src/connection.ts";
import { first } from "../src/session.ts";
import { serverDriver } from "../src/server-driver.ts";
import { testStore } from "./stores.ts";

const CARDS = 2_000;

test("what is done to one card reads one card, also when the server believes that few have its status", async () => {
  const server = await postgresServer({ settings: ["autovacuum=off"] });
  const one = serverDriver(parseConnection(server.url(await server.database())), 1);
  await using store = await testStore(one, () => server[Symbol.asyncDispose]());
  const { backlog, driver } = store;
  await driver.script(`
    insert into backlog_card (id, title, tenant_id, host)
      select 'c' || n, 'T', 't', 'h' from generate_series(1, ${String(CARDS)}) n`);
  await driver.script("vacuum analyze backlog_card");
  await driver.script(`
    update backlog_card set status = 'claimed', fence = 1, claim_owner = 'o', claim_ttl_seconds = 900,
      claimed_at = now(), claim_expires_at = now() + interval '900 seconds'`);
  /** How many entries of the index of claims were read so far. */
  const read = async (): Promise<number> => {
    await driver.query(sql`select 'null'::text from pg_stat_force_next_flush()`);
    const entries = await first<number>(
      driver,
      sql`select idx_tup_read::text from pg_stat_user_indexes where indexrelname = 'backlog_card_claimed'`,
    );
    return entries ?? Number.NaN;
  };
  const before = await read();
  await backlog.renew({ id: "c1", fence: 1 });
  await backlog.release({ id: "c2", fence: 1 });
  await backlog.complete({ id: "c3", fence: 1 });
  await backlog.block({ id: "c4", fence: 1 });
  await backlog.reclaim();
  expect((await read()) - before).toBeLessThan(10);
});
