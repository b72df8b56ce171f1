import { sql } from "drizzle-orm";
import type { Backlog, BacklogIdentity } from "./backlog.ts";
import type { Card } from "./card.ts";
import { CARD, CARD_FIELDS, fenceLost, heldCard, readCard } from "./card-row.ts";
import { BacklogError } from "./error.ts";
import { CLAIM_ENDED, stillHeld } from "./hold-card.ts";
import { followingGraph, take, writingEvents } from "./lock.ts";
import { first, integer, json, NOW, text, type Driver, type Session } from "./session.ts";
import { remembered } from "./statement.ts";
import { tell } from "./tell.ts";

type CompleteRequest = Parameters<Backlog["complete"]>[0];
type BlockRequest = Parameters<Backlog["block"]>[0];

/**
 * One statement, so one round trip: locks, card, event, and the counters of the cards that waited for it. `evidence` is the
 * text of JSON.
 */
const completing = remembered<
  Omit<CompleteRequest, "evidence"> & { readonly evidence: string | undefined } & BacklogIdentity
>(({ id, fence, evidence, actual_tokens, ...identity }) => {
  const allowed = fence === undefined ? sql`status <> 'done'` : stillHeld(fence);
  return sql`with ${heldCard(id, sql`${followingGraph} and ${writingEvents}`)},
      was as (select id, claim_owner as owner, fence from held where ${allowed}),
      c as (
        update backlog_card b set status = 'done', ${CLAIM_ENDED}, completed_fence = ${integer(fence)},
          evidence = coalesce(${text(evidence)}::json, b.evidence),
          actual_tokens = coalesce(${integer(actual_tokens)}, b.actual_tokens)
        from was where b.id = was.id returning b.*),
      told as (${tell("completed", identity, sql`was`, json(fence === undefined ? { by: "operator" } : null))})
      select json_build_object('card', json_build_object(${CARD_FIELDS}),
        'freed', array(select backlog_recount_dependents(c.id)))::text from c`;
});

export async function completeCard(
  session: Session,
  identity: BacklogIdentity,
  request: CompleteRequest,
): Promise<{ card: Card; freed: string[] }> {
  const { id, fence } = request;
  const evidence = (request.evidence ?? null) === null ? undefined : JSON.stringify(request.evidence);
  const completed = await first<{ card: Card; freed: string[] }>(
    session,
    completing({ ...request, evidence, ...identity }),
  );
  return completed ?? { card: await doneBefore(session, id, fence), freed: [] };
}

/** The answer to a repeated complete. @throws {@link BacklogError} when it is not one. */
async function doneBefore(session: Session, id: string, fence: number | undefined): Promise<Card> {
  const same = fence === undefined ? sql`true` : sql`c.completed_fence = ${integer(fence)}`;
  const card = await first<Card>(
    session,
    sql`select ${CARD} from backlog_card c where c.id = ${text(id)} and c.status = 'done' and ${same}`,
  );
  if (card !== undefined) return card;
  // Without a fence every card that exists can be completed: this one does not.
  throw await fenceLost(session, id, fence ?? 0);
}

export async function reopenCard(driver: Driver, identity: BacklogIdentity, id: string): Promise<Card> {
  return driver.transaction(async (session) => {
    await session.query(take(followingGraph, writingEvents));
    await changed(session, identity, { id, from: "done", to: "ready", kind: "reopened" });
    await session.query(sql`select to_json(backlog_recount_dependents(${text(id)}))::text`);
    return readCard(session, id);
  });
}

export async function blockCard(
  session: Session,
  identity: BacklogIdentity,
  { id, fence, reason }: BlockRequest,
): Promise<Card> {
  const allowed = fence === undefined ? sql`status in ('ready', 'claimed', 'blocked')` : stillHeld(fence);
  const card = await first<Card>(
    session,
    sql`with ${heldCard(id, writingEvents)},
      was as (select id, claim_owner as owner, fence from held where ${allowed}),
      c as (update backlog_card b set status = 'blocked', ${CLAIM_ENDED} from was where b.id = was.id returning b.*),
      told as (${tell("blocked", identity, sql`was`, json({ reason: reason ?? null }))})
      select ${CARD} from c`,
  );
  if (card !== undefined) return card;
  if (fence !== undefined) throw await fenceLost(session, id, fence);
  throw notThat(await readCard(session, id), "ready, claimed or blocked");
}

export async function unblockCard(session: Session, identity: BacklogIdentity, id: string): Promise<Card> {
  return changed(session, identity, { id, from: "blocked", to: "ready", kind: "unblocked" });
}

async function changed(
  session: Session,
  identity: BacklogIdentity,
  { id, from, to, kind }: { id: string; from: string; to: string; kind: "reopened" | "unblocked" },
): Promise<Card> {
  const card = await first<Card>(
    session,
    sql`with ${heldCard(id, writingEvents)},
      was as (select id, null::text as owner, fence from held where status = ${text(from)}),
      c as (
        update backlog_card b set status = ${text(to)}, completed_fence = null, updated_at = ${NOW}
        from was where b.id = was.id returning b.*),
      told as (${tell(kind, identity, sql`was`, json(null))})
      select ${CARD} from c`,
  );
  if (card === undefined) throw notThat(await readCard(session, id), from);
  return card;
}

function notThat(card: Card, wanted: string): BacklogError {
  return new BacklogError({
    code: "BACKLOG_NOT_READY",
    message: `${card.id} is ${card.status}, not ${wanted}`,
    hint: "Show the card to see what became of it.",
  });
}
