import type { Driver } from "../packages/backlog/src/session.ts";

export const identity = { tenantId: "bench", host: "bench" };

export interface Cards {
  readonly count: number;
  /** How many of the cards are done, from 0 to 1: the oldest. Default 0. */
  readonly done?: number;
  /** So many more, which come before all others and cannot be claimed: half are blocked, half wait for the last card. */
  readonly stuck?: number;
}

/**
 * Writes cards behind the backlog's back: a million within a minute, on either store. Every tenth of the cards waits
 * for two done ones, and there are ten phases and five classes.
 */
export async function makeCards(driver: Driver, { count, done = 0, stuck = 0 }: Cards): Promise<void> {
  const finished = Math.floor(count * done);
  const [all, ready, more] = [String(count), String(finished), String(stuck)];
  await driver.script(`
    insert into backlog_card (id, title, phase, class, priority, status, created_at, tenant_id, host)
    select 'c' || lpad(n::text, 8, '0'), 'Parse the header and say what is wrong with it',
      'phase-' || n * 10 / ${all}, 'class-' || n % 5, 0, case when n < ${ready} then 'done' else 'ready' end,
      timestamptz '2026-01-01' + n * interval '1 second', 'bench', 'bench'
    from generate_series(0, ${all} - 1) n;
    insert into backlog_card (id, title, priority, status, unmet_deps, created_at, tenant_id, host)
    select 's' || lpad(n::text, 8, '0'), 'Wait', 9, case n % 2 when 0 then 'ready' else 'blocked' end,
      (n + 1) % 2, timestamptz '2026-01-01', 'bench', 'bench'
    from generate_series(0, ${more} - 1) n;
    insert into backlog_dep (card_id, dep_id)
    select 's' || lpad(n::text, 8, '0'), 'c' || lpad((${all} - 1)::text, 8, '0') from generate_series(0, ${more} - 2, 2) n;
    insert into backlog_dep (card_id, dep_id)
    select 'c' || lpad(n::text, 8, '0'), 'c' || lpad((n % ${ready} - step)::text, 8, '0')
    from generate_series(10, ${all} - 1, 10) n, generate_series(1, 2) step
    where ${ready} > 10 and n % ${ready} > 2 and n % ${ready} - step < n;
    analyze`);
}
