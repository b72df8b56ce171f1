import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity } from "./backlog.ts";
import type { Card, NewCard } from "./card.ts";
import { CARD, readCard } from "./card-row.ts";
import { BacklogError } from "./error.ts";
import { cycle, recount } from "./graph.ts";
import { changingGraph, take, writingEvents } from "./lock.ts";
import { first, integer, json, oneOf, text, type Driver, type Session } from "./session.ts";
import { tell } from "./tell.ts";

export async function createCard(
  driver: Driver,
  identity: BacklogIdentity,
  card: NewCard,
): Promise<{ card: Card; created: boolean }> {
  const depends = [...new Set(card.depends_on ?? [])];
  if (depends.includes(card.id)) throw cycle([card.id, card.id]);
  if (depends.length === 0) return insert(driver, identity, card);
  return driver.transaction(async (session) => {
    await session.query(take(changingGraph, writingEvents));
    const inserted = await insert(session, identity, card);
    if (!inserted.created) return inserted;
    await refuseUnknown(session, depends);
    await session.query(
      sql`with edges as (
          insert into backlog_dep (card_id, dep_id)
          select ${text(card.id)}, id from backlog_card where id in ${oneOf(depends)})
        select 'null'::text`,
    );
    await recount(session, [card.id]);
    return { card: await readCard(session, card.id), created: true };
  });
}

async function insert(
  session: Session,
  identity: BacklogIdentity,
  card: NewCard,
): Promise<{ card: Card; created: boolean }> {
  const created = await first<Card>(session, insertStatement(identity, card));
  if (created !== undefined) return { card: created, created: true };
  const key = card.idempotency_key ?? null;
  const there =
    key === null
      ? undefined
      : await first<Card>(
          session,
          sql`select ${CARD} from backlog_card c where c.idempotency_key = ${text(key)}`,
        );
  if (there !== undefined) return { card: there, created: false };
  throw new BacklogError({
    code: "BACKLOG_CARD_EXISTS",
    message: `there is a card ${card.id} already`,
    hint: "Give the new card another id, or the same idempotency key as the first time.",
  });
}

function insertStatement(identity: BacklogIdentity, card: NewCard): SQL {
  return sql`with c as (
      insert into backlog_card (id, title, body, phase, class, priority, idempotency_key, acceptance, projected_tokens,
        tenant_id, host)
      select ${text(card.id)}, ${text(card.title)}, ${text(card.body)}, ${text(card.phase)}, ${text(card.class)},
        ${integer(card.priority ?? 0)}, ${text(card.idempotency_key)}, ${json(card.acceptance)},
        ${integer(card.projected_tokens)}, ${text(identity.tenantId)}, ${text(identity.host)}
      where ${writingEvents}
      on conflict do nothing returning *),
    told as (${tell("created", identity, sql`(select id, null::text as owner, fence from c) w`, json(null))})
    select ${CARD} from c`;
}

/** @throws {@link BacklogError} `BACKLOG_DEPENDENCY_UNKNOWN`, naming all of them. */
export async function refuseUnknown(session: Session, ids: readonly string[]): Promise<void> {
  const known = new Set(
    await session.query<string>(sql`select to_json(id)::text from backlog_card where id in ${oneOf(ids)}`),
  );
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new BacklogError({
    code: "BACKLOG_DEPENDENCY_UNKNOWN",
    message: `there is no card ${unknown.slice(0, 20).join(", ")}`,
    hint: "Create what a card depends on before the card, or import them together.",
  });
}
