import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity, ClaimRef, ReclaimedClaim, ReclaimRequest } from "./backlog.ts";
import type { Card } from "./card.ts";
import { CARD, fenceLost, heldCard, readCard } from "./card-row.ts";
import { writingEvents } from "./lock.ts";
import { first, integer, json, millis, NOW, text, type Session } from "./session.ts";
import { remembered, type Later } from "./statement.ts";
import { tell } from "./tell.ts";

/** The claim is still the caller's: the condition every write of a holder stands under. */
export const stillHeld = (fence: Later<number>): SQL =>
  sql`status = 'claimed' and fence = ${integer(fence)} and claim_expires_at > clock_timestamp()`;

/** What every end of a claim does to the card. */
export const CLAIM_ENDED = sql`claim_owner = null, claim_token = null, claim_ttl_seconds = null, claimed_at = null,
  claim_expires_at = null, updated_at = ${NOW}`;

export async function renewClaim(
  session: Session,
  { id, fence, ttl_seconds }: ClaimRef & { readonly ttl_seconds?: number },
): Promise<Card> {
  const ttl = sql`coalesce(${ttl_seconds ?? null}::double precision, claim_ttl_seconds)`;
  const card = await first<Card>(
    session,
    sql`with ${heldCard(id, sql`true`)},
      was as (select id from held where ${stillHeld(fence)}),
      c as (
        update backlog_card b set claim_ttl_seconds = ${ttl}, claim_expires_at = ${NOW} + make_interval(secs => ${ttl}),
          updated_at = ${NOW}
        from was where b.id = was.id returning b.*)
      select ${CARD} from c`,
  );
  if (card === undefined) throw await fenceLost(session, id, fence);
  return card;
}

export async function releaseClaim(
  session: Session,
  identity: BacklogIdentity,
  { id, fence }: ClaimRef,
): Promise<Card> {
  const card = await first<Card>(
    session,
    sql`with ${heldCard(id, writingEvents)},
      was as (select id, claim_owner as owner, fence from held where ${stillHeld(fence)}),
      c as (
        update backlog_card b set status = 'ready', ${CLAIM_ENDED} from was where b.id = was.id returning b.*),
      told as (${tell("released", identity, sql`was`, json(null))})
      select ${CARD} from c`,
  );
  if (card === undefined) throw await fenceLost(session, id, fence);
  return card;
}

interface Reclaiming extends BacklogIdentity {
  readonly id: string | undefined;
  readonly owner: string | undefined;
  readonly expired: true | undefined;
  /** JSON, as `proof`. */
  readonly alive: string | undefined;
  readonly proof: string;
}

const reclaiming = remembered<Reclaiming>(({ id, owner, expired, alive, proof, ...identity }) => {
  const conditions = sql.join(
    [
      sql`status = 'claimed'`,
      ...(id === undefined ? [] : [sql`id = ${text(id)}`]),
      ...(owner === undefined ? [] : [sql`claim_owner = ${text(owner)}`]),
      ...(expired === undefined ? [] : [sql`claim_expires_at <= (select clock_timestamp())`]),
      ...(alive === undefined
        ? []
        : [sql`claim_owner not in (select json_array_elements_text(${alive}::text::json))`]),
    ],
    sql` and `,
  );
  return sql`with was as (
      select id, claim_owner as owner, fence, claim_expires_at from backlog_card
      where ${writingEvents} and ${conditions} order by id
      for no key update ${expired === undefined ? sql`` : sql`skip locked`}),
    freed as (
      update backlog_card b set status = 'ready', ${CLAIM_ENDED} from was where b.id = was.id),
    told as (${tell("reclaimed", identity, sql`was`, sql`${proof}::text::json`)})
    select json_build_object('id', id, 'owner', owner, 'fence', fence,
      'claim_expires_at', ${millis(sql`claim_expires_at`)})::text from was order by id`;
});

/**
 * Passes over a claim that is being written at this moment: its owner is alive. An expiry is looked at again once the
 * row is locked, so a renewal that came first wins.
 */
export async function reclaimClaims(
  session: Session,
  identity: BacklogIdentity,
  { id, owner, proof = { kind: "expired" }, alive_owners = [] }: ReclaimRequest,
): Promise<readonly ReclaimedClaim[]> {
  if (id !== undefined) await readCard(session, id);
  const expired = proof.kind === "expired" ? true : undefined;
  const alive = expired && alive_owners.length > 0 ? JSON.stringify(alive_owners) : undefined;
  return session.query<ReclaimedClaim>(
    reclaiming({ ...identity, id, owner, expired, alive, proof: JSON.stringify(proof) }),
  );
}
