import { sql, type SQL } from "drizzle-orm";
import type { Backlog } from "./backlog.ts";
import { first, type Driver } from "./session.ts";

type Pruned = Awaited<ReturnType<Backlog["prune"]>>;

export async function forgetOld(
  driver: Driver,
  { older_than_seconds, dry_run = false }: Parameters<Backlog["prune"]>[0],
): Promise<Pruned> {
  const before = sql`clock_timestamp() - make_interval(secs => ${older_than_seconds}::double precision)`;
  const old = (rows: SQL): SQL =>
    dry_run ? sql`select 1 from ${rows}` : sql`delete from ${rows} returning 1`;
  const pruned = await first<Pruned>(
    driver,
    sql`with e as (${old(sql`backlog_event where ts < ${before}`)}),
        m as (${old(sql`backlog_mail where settled_at < ${before}`)}),
        s as (${old(sql`backlog_spend where ts < ${before}`)})
      select json_build_object('events', (select count(*) from e), 'mail', (select count(*) from m),
        'spend', (select count(*) from s))::text`,
  );
  return pruned ?? { events: 0, mail: 0, spend: 0 };
}
