import { sql, type SQL } from "drizzle-orm";
import { DEFAULT_BOARD_ROWS, type Backlog, type BoardColumn } from "./backlog.ts";
import { integer, type Session } from "./session.ts";

type BoardRequest = Parameters<Backlog["board"]>[0];

/** A ready card whose dependencies are not done waits: a column of its own. In the order in which they are shown. */
const STATES: Readonly<Record<string, SQL>> = {
  blocked: sql`c.status = 'blocked'`,
  waiting: sql`c.status = 'ready' and c.unmet_deps > 0`,
  ready: sql`c.status = 'ready' and c.unmet_deps = 0`,
  claimed: sql`c.status = 'claimed'`,
  done: sql`c.status = 'done'`,
};

/** One statement, so what is counted and what is shown are of one moment. */
export async function boardOf(
  session: Session,
  { by, limit = DEFAULT_BOARD_ROWS }: BoardRequest,
): Promise<{ columns: BoardColumn[] }> {
  const columns = await session.query<BoardColumn>(by === "status" ? byStatus(limit) : byPhase(limit));
  return { columns };
}

const firstOf = (cards: SQL, limit: number): SQL =>
  sql`coalesce((select json_agg(f) from (
    select c.id, c.title, c.claim_owner as owner from backlog_card c where ${cards}
    order by -c.priority::bigint, c.created_at, c.id limit ${integer(limit)}) f), '[]')`;

function byStatus(limit: number): SQL {
  const names = Object.entries(STATES);
  const counts = names.map(
    ([name, cards]) => sql`count(*) filter (where ${cards}) as ${sql.identifier(name)}`,
  );
  const columns = names.map(
    ([name, cards]) => sql`select json_build_object('name', ${sql.raw(`'${name}'`)},
      'count', n.${sql.identifier(name)}, 'cards', ${firstOf(cards, limit)})::text from n`,
  );
  return sql`with n as materialized (select ${sql.join(counts, sql`, `)} from backlog_card c)
    ${sql.join(columns, sql` union all `)}`;
}

function byPhase(limit: number): SQL {
  // The index by phase answers for `=` only.
  const cards = sql`case when n.phase is null then ${firstOf(sql`c.phase is null`, limit)}
    else ${firstOf(sql`c.phase = n.phase`, limit)} end`;
  return sql`select json_build_object('name', n.phase, 'count', n.count, 'cards', ${cards})::text
    from (select phase, count(*) as count from backlog_card group by phase) n
    order by n.phase collate "C" nulls last`;
}
