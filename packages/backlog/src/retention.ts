import { sql } from "drizzle-orm";
import { first, type Driver } from "./session.ts";

export interface Pruned {
  readonly events: number;
  readonly mail: number;
  readonly spend: number;
}

export async function forgetOld(driver: Driver, olderThanSeconds: number): Promise<Pruned> {
  const before = sql`clock_timestamp() - make_interval(secs => ${olderThanSeconds}::double precision)`;
  const pruned = await first<Pruned>(
    driver,
    sql`with e as (delete from backlog_event where ts < ${before} returning 1),
        m as (delete from backlog_mail where settled_at < ${before} returning 1),
        s as (delete from backlog_spend where ts < ${before} returning 1)
      select json_build_object('events', (select count(*) from e), 'mail', (select count(*) from m),
        'spend', (select count(*) from s))::text`,
  );
  return pruned ?? { events: 0, mail: 0, spend: 0 };
}
