import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { importRecords } from "../src/import-records.ts";
import { first, type Driver, type Session } from "../src/session.ts";
import { type Subject } from "./contract-subject.ts";
import { identity } from "./identity.ts";

/** What an import costs that has many cards. */
export function largeImports(on: Subject): void {
  test("a large import is many statements, so that a server has patience for each", async () => {
    await on.store.driver.script(
      `create function too_many() returns trigger language plpgsql as $$
      begin if (select count(*) from changed) > 1000 then raise exception 'too many rows'; end if; return null; end $$;
      create trigger many_cards after update on backlog_card referencing new table as changed execute function too_many();
      create trigger many_events after insert on backlog_event referencing new table as changed execute function too_many();`,
    );
    try {
      const card = (id: string): object => ({ id, title: id, depends_on: ["first"] });
      const ids = Array.from({ length: 2_100 }, (_, n) => `c${String(n)}`);
      await on.backlog.import([{ id: "first", title: "first" }, ...ids.map(card)]);
    } finally {
      await on.store.driver.script("drop function too_many cascade");
    }
    expect(await on.backlog.stats()).toMatchObject({ cards: 2_101, claimable: 1, waiting: 2_100 });
    const { events } = await on.backlog.events({ after: 1_090, limit: 20 });
    const cards = Array.from({ length: 20 }, (_, n) => `c${String(n + 1_089)}`);
    expect(events.map(({ kind, card_id }) => [kind, card_id])).toEqual(cards.map((id) => ["imported", id]));
    await on.healthy();
  });

  test("a large import reads each card a few times, also when the store planned its work while it was small", async () => {
    for (let n = 0; n < 8; n++) {
      await on.make(`a${String(n)}`);
      await on.make(`b${String(n)}`, { depends_on: [`a${String(n)}`] });
      await on.backlog.complete({ id: `a${String(n)}` });
    }
    const ids = Array.from({ length: 5_000 }, (_, n) => `c${String(n)}`);
    const cards = ids.map((id, n) => ({
      id,
      title: id,
      depends_on: n % 2 === 1 ? [`c${String(n - 1)}`] : [],
    }));
    let rows = Number.NaN;
    const counted: Driver = {
      ...on.store.driver,
      transaction: (work) =>
        on.store.driver.transaction(async (session) => {
          const before = await rowsRead(session);
          const result = await work(session);
          rows = (await rowsRead(session)) - before;
          return result;
        }),
    };
    await importRecords(counted, identity, cards);
    expect(rows / ids.length).toBeLessThan(30);
  });
}

async function rowsRead(session: Session): Promise<number> {
  const rows = await first<number>(
    session,
    sql`select sum(seq_tup_read + idx_tup_fetch)::text from pg_stat_xact_user_tables
      where relname in ('backlog_card', 'backlog_dep')`,
  );
  return rows ?? Number.NaN;
}
