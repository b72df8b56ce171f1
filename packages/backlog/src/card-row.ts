import { sql, type SQL } from "drizzle-orm";
import type { Card } from "./card.ts";
import { BacklogError } from "./error.ts";
import { first, millis, text, type Session } from "./session.ts";
import type { Later } from "./statement.ts";

/** The fields of the card `c` as the arguments of `json_build_object`. */
export const CARD_FIELDS: SQL = sql`
  'id', c.id, 'title', c.title, 'body', c.body, 'phase', c.phase, 'class', c.class, 'priority', c.priority,
  'status', c.status,
  'depends_on', array(select d.dep_id from backlog_dep d where d.card_id = c.id order by d.dep_id),
  'unmet_deps', c.unmet_deps, 'claim_owner', c.claim_owner, 'claim_ttl_seconds', c.claim_ttl_seconds,
  'claimed_at', ${millis(sql`c.claimed_at`)}, 'claim_expires_at', ${millis(sql`c.claim_expires_at`)},
  'fence', c.fence, 'attempts', c.attempts, 'idempotency_key', c.idempotency_key, 'acceptance', c.acceptance,
  'evidence', c.evidence, 'projected_tokens', c.projected_tokens, 'actual_tokens', c.actual_tokens,
  'tenant_id', c.tenant_id, 'host', c.host,
  'created_at', ${millis(sql`c.created_at`)}, 'updated_at', ${millis(sql`c.updated_at`)}`;

/** The card `c` as the JSON text of a {@link Card}. */
export const CARD: SQL = sql`json_build_object(${CARD_FIELDS})::text`;

/**
 * The card as `held`, locked until the transaction ends. What it must be is asked of `held` and not together with its
 * id: Postgres would look through all cards of a status when it believes them few.
 *
 * @param locks - Are taken before the row.
 */
export const heldCard = (id: Later<string>, locks: SQL): SQL =>
  sql`held as (select * from backlog_card where ${locks} and id = ${text(id)} for no key update)`;

export async function readCard(session: Session, id: string): Promise<Card> {
  const card = await first<Card>(session, sql`select ${CARD} from backlog_card c where c.id = ${text(id)}`);
  if (card === undefined) throw unknownCard(id);
  return card;
}

function unknownCard(id: string): BacklogError {
  return new BacklogError({
    code: "BACKLOG_CARD_UNKNOWN",
    message: `there is no card ${id}`,
    hint: "List the cards to see their ids.",
  });
}

/** Who has the card, in words that follow its id. */
function holder(card: Card, now: number): string {
  if (card.status !== "claimed") return `is ${card.status} and nobody holds it`;
  const claim = `by ${card.claim_owner ?? "nobody"} with fence ${String(card.fence)}`;
  const until = new Date(card.claim_expires_at ?? 0).toISOString();
  return (card.claim_expires_at ?? 0) <= now
    ? `was claimed ${claim} until ${until}, and nobody holds it now`
    : `is held ${claim} until ${until}`;
}

/** Why a write with `fence` was refused. */
export async function fenceLost(session: Session, id: string, fence: number): Promise<BacklogError> {
  const card = await readCard(session, id);
  const now = (await first<number>(session, sql`select ${millis(sql`clock_timestamp()`)}::text`)) ?? 0;
  return new BacklogError({
    code: "BACKLOG_FENCE_LOST",
    message: `the claim of ${id} with fence ${String(fence)} is lost: the card ${holder(card, now)}`,
    hint: "Stop working on the card; nothing was written. Claim it again if it is ready.",
  });
}
