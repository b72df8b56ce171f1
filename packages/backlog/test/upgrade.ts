import { expect } from "vitest";
import { MIGRATIONS } from "../src/schema.ts";
import type { Driver } from "../src/session.ts";
import { testStore } from "./stores.ts";

/** Fills a store of the first schema, and expects it to work as it is now with all that it held. */
export async function expectUpgrade(driver: Driver, end: () => Promise<void>): Promise<void> {
  await driver.script("create table backlog_migration (version integer primary key, applied_at timestamptz)");
  await driver.script(MIGRATIONS[0]?.script ?? "");
  await driver.script(`
    insert into backlog_migration values (1, now());
    insert into backlog_card (id, title, priority, unmet_deps, tenant_id, host)
      values ('A1', 'First', 0, 0, 't', 'h'), ('A2', 'Second', 0, 1, 't', 'h'), ('B1', 'Sooner', 5, 0, 't', 'h');
    insert into backlog_dep values ('A2', 'A1')`);
  await using store = await testStore(driver, end);
  const ids = async (after?: string): Promise<string[]> =>
    (await store.backlog.list({ limit: 2, ...(after === undefined ? {} : { after }) })).cards.map(
      ({ id }) => id,
    );
  expect(await ids()).toEqual(["B1", "A1"]);
  expect(await ids("A1")).toEqual(["A2"]);
  const { freed } = await store.backlog.complete({ id: "A1" });
  expect(freed).toEqual(["A2"]);
  expect(await store.backlog.stats()).toMatchObject({ cards: 3, done_last_hour: 1 });
}
