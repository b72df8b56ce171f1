import { sql, type SQL } from "drizzle-orm";
import { DEFAULT_PAGE, type Backlog, type BacklogStats, type CardPage } from "./backlog.ts";
import type { Card } from "./card.ts";
import { CARD, readCard } from "./card-row.ts";
import type { BacklogEvent } from "./event.ts";
import { readingEvents, take } from "./lock.ts";
import { first, integer, millis, text, type Driver, type Session } from "./session.ts";

type ListRequest = NonNullable<Parameters<Backlog["list"]>[0]>;
type EventsRequest = NonNullable<Parameters<Backlog["events"]>[0]>;

export async function listCards(session: Session, request: ListRequest): Promise<CardPage> {
  const { status, phase, ready_only = false, open_only = false, limit = DEFAULT_PAGE, after } = request;
  if (after !== undefined && after !== null) await readCard(session, after);
  const conditions: SQL[] = [sql`true`];
  if (status !== undefined) conditions.push(sql`c.status = ${text(status)}`);
  if (phase !== undefined) conditions.push(sql`c.phase = ${text(phase)}`);
  if (request.class !== undefined) conditions.push(sql`c.class = ${text(request.class)}`);
  if (ready_only) conditions.push(sql`c.status = 'ready' and c.unmet_deps = 0`);
  if (open_only) conditions.push(sql`c.status <> 'done'`);
  if (after !== undefined && after !== null)
    conditions.push(
      sql`(-c.priority::bigint, c.created_at, c.id) >
        (select -a.priority::bigint, a.created_at, a.id from backlog_card a where a.id = ${text(after)})`,
    );
  const cards = await session.query<Card>(
    sql`select ${CARD} from backlog_card c where ${sql.join(conditions, sql` and `)}
      order by -c.priority::bigint, c.created_at, c.id limit ${integer(limit + 1)}`,
  );
  const page = cards.slice(0, limit);
  return { cards: page, next: cards.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export async function backlogStats(session: Session): Promise<BacklogStats> {
  const stats = await first<BacklogStats>(
    session,
    sql`select json_build_object('version', 1, 'cards', count(*),
        'by_status', json_build_object(
          'ready', count(*) filter (where status = 'ready'), 'claimed', count(*) filter (where status = 'claimed'),
          'blocked', count(*) filter (where status = 'blocked'), 'done', count(*) filter (where status = 'done')),
        'claimable', count(*) filter (where status = 'ready' and unmet_deps = 0),
        'waiting', count(*) filter (where status = 'ready' and unmet_deps > 0),
        'oldest_ready_age_seconds', greatest(0, floor(extract(epoch from clock_timestamp()
          - min(created_at) filter (where status = 'ready' and unmet_deps = 0)))),
        'expired_claims', count(*) filter (where status = 'claimed' and claim_expires_at <= clock_timestamp()),
        'done_last_hour', (select count(*) from backlog_event
          where kind = 'completed' and ts > clock_timestamp() - interval '1 hour'),
        'done_last_day', (select count(*) from backlog_event
          where kind = 'completed' and ts > clock_timestamp() - interval '1 day'))::text
      from backlog_card`,
  );
  if (stats === undefined) throw new Error("a count has one row");
  return stats.by_status.ready === stats.waiting ? { ...stats, oldest_ready_age_seconds: null } : stats;
}

export const EVENT: SQL = sql`json_build_object('seq', e.seq, 'ts', ${millis(sql`e.ts`)}, 'kind', e.kind,
  'card_id', e.card_id, 'owner', e.owner, 'fence', e.fence, 'detail', e.detail, 'tenant_id', e.tenant_id,
  'host', e.host)::text`;

export async function listEvents(
  driver: Driver,
  { card_id, after = 0, limit = DEFAULT_PAGE }: EventsRequest,
): Promise<{ events: BacklogEvent[]; next: number | null }> {
  return driver.transaction(async (session) => {
    await session.query(take(readingEvents));
    const ofCard = card_id === undefined ? sql`true` : sql`e.card_id = ${text(card_id)}`;
    const found = await session.query<BacklogEvent>(
      sql`select ${EVENT} from backlog_event e where e.seq > ${integer(after)} and ${ofCard}
        order by e.seq limit ${integer(limit + 1)}`,
    );
    const events = found.slice(0, limit);
    return { events, next: found.length > limit ? (events.at(-1)?.seq ?? null) : null };
  });
}
