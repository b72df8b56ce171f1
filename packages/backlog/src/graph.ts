import { sql } from "drizzle-orm";
import type { BacklogIdentity } from "./backlog.ts";
import type { Card } from "./card.ts";
import { readCard } from "./card-row.ts";
import { BacklogError } from "./error.ts";
import type { EventKind } from "./event.ts";
import { changingGraph, take, writingEvents } from "./lock.ts";
import { json, oneOf, text, type Driver, type Session } from "./session.ts";
import { tell } from "./tell.ts";

/** An edge: the card `from` depends on the card `to`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

export async function linkCards(driver: Driver, identity: BacklogIdentity, edge: Edge): Promise<Card> {
  const { from, to } = edge;
  return driver.transaction(async (session) => {
    await session.query(take(changingGraph, writingEvents));
    await readCard(session, from);
    await readCard(session, to);
    const circle = from === to ? [from] : await pathBetween(session, to, from);
    if (circle !== undefined) throw cycle([from, ...circle]);
    const added = await session.query<string>(
      sql`insert into backlog_dep (card_id, dep_id) values (${text(from)}, ${text(to)})
        on conflict do nothing returning to_json(card_id)::text`,
    );
    if (added.length > 0) await edgeChanged(session, identity, "linked", edge);
    return readCard(session, from);
  });
}

export async function unlinkCards(driver: Driver, identity: BacklogIdentity, edge: Edge): Promise<Card> {
  const { from, to } = edge;
  return driver.transaction(async (session) => {
    await session.query(take(changingGraph, writingEvents));
    await readCard(session, from);
    await readCard(session, to);
    const removed = await session.query<string>(
      sql`delete from backlog_dep where card_id = ${text(from)} and dep_id = ${text(to)}
        returning to_json(card_id)::text`,
    );
    if (removed.length > 0) await edgeChanged(session, identity, "unlinked", edge);
    return readCard(session, from);
  });
}

async function edgeChanged(
  session: Session,
  identity: BacklogIdentity,
  kind: EventKind,
  { from, to }: Edge,
): Promise<void> {
  await recount(session, [from]);
  const card = sql`(select id, claim_owner as owner, fence from backlog_card where id = ${text(from)}) c`;
  await session.query(sql`with told as (${tell(kind, identity, card, json({ to }))}) select 'null'::text`);
}

/**
 * Sets the counters of these cards to what the edges say, and returns those that can be claimed now. The transaction
 * holds a lock on the graph. The rows are locked by one statement and counted by the next: a statement sees only what
 * was committed when it began, and counts wrong when it waits for a row in the middle.
 */
export async function recount(session: Session, ids: readonly string[]): Promise<string[]> {
  return session.query<string>(
    sql`select to_json(freed)::text from backlog_recount(array${oneOf(ids)}) freed`,
  );
}

/** A way along dependencies from one card to another, both included; undefined when there is none. */
async function pathBetween(session: Session, from: string, to: string): Promise<string[] | undefined> {
  // `union` keeps each pair once, so the work is bounded by the edges; paths would be exponentially many.
  const steps = await session.query<{ id: string; via: string }>(
    sql`with recursive reached (id, via) as (
        select ${text(from)} collate "C", ${text(from)} collate "C"
        union select d.dep_id, d.card_id from reached r join backlog_dep d on d.card_id = r.id)
      select json_build_object('id', id, 'via', via)::text from reached
      where exists (select from reached where id = ${text(to)})`,
  );
  if (steps.length === 0) return undefined;
  const via = new Map<string, string>();
  const before = Map.groupBy(steps, (step) => step.via);
  const open = [from];
  for (let id = open.shift(); id !== undefined && !via.has(to); id = open.shift())
    for (const step of before.get(id) ?? [])
      if (step.id !== from && !via.has(step.id)) {
        via.set(step.id, id);
        open.push(step.id);
      }
  const path = [to];
  for (let id = via.get(to); id !== undefined; id = via.get(id)) path.unshift(id);
  return path;
}

/** @param circle - The cards in it, each depending on the next; the last is the first again. */
export function cycle(circle: readonly string[]): BacklogError {
  const shown = circle.length > 12 ? [...circle.slice(0, 6), "...", ...circle.slice(-5)] : circle;
  return new BacklogError({
    code: "BACKLOG_CYCLE",
    message: `a card would wait for itself: ${shown.join(" -> ")}`,
    hint: "Leave out one of these dependencies, or unlink one that is there.",
  });
}
