import { setTimeout as pause } from "node:timers/promises";
import { sql, type SQL } from "drizzle-orm";
import { DEFAULT_CLAIM_TTL_SECONDS, type BacklogIdentity, type ClaimRequest } from "./backlog.ts";
import type { Card } from "./card.ts";
import { CARD, heldCard, readCard } from "./card-row.ts";
import { BacklogError } from "./error.ts";
import { writingEvents } from "./lock.ts";
import { first, json, NOW, text, type Driver, type Session } from "./session.ts";
import { sqlState } from "./sql-state.ts";
import { remembered, type Fields } from "./statement.ts";
import { tell } from "./tell.ts";

const UNIQUE_VIOLATION = "23505";
/** Cards may be locked for a moment by who only counts their dependencies. */
const LOOK_AGAIN_MS = 5;
const LOOKS = 20;

export async function claimCard(
  driver: Driver,
  identity: BacklogIdentity,
  request: ClaimRequest,
): Promise<Card | null> {
  for (let look = 1; ; look++) {
    const card = (await win(driver, identity, request)) ?? (await wonBefore(driver, request));
    if (card !== undefined) return card;
    if (request.id !== undefined) throw await whyNot(driver, request.id);
    if (look === LOOKS || !(await anyClaimable(driver, request))) return null;
    await pause(LOOK_AGAIN_MS);
  }
}

/**
 * Locks exactly one row, and passes over rows that others have locked. `for update` would also pass over a card to
 * which somebody is adding a dependent.
 */
const winning = remembered<ClaimRequest & BacklogIdentity>((request) => {
  const { owner, claim_token, ttl_seconds, id } = request;
  const picked =
    id === undefined
      ? sql`picked as (
          select id from backlog_card where ${writingEvents} and ${claimable(request)}
          order by priority desc, created_at, id limit 1 for no key update skip locked)`
      : sql`${heldCard(id, writingEvents)}, picked as (select id from held where ${claimable(request)})`;
  return sql`with ${picked},
    won as (
      update backlog_card c set status = 'claimed', claim_owner = ${text(owner)}, claim_token = ${text(claim_token)},
        claim_ttl_seconds = clock.ttl, claimed_at = clock.now, claim_expires_at = clock.now + make_interval(secs => clock.ttl),
        fence = c.fence + 1, attempts = c.attempts + 1, updated_at = clock.now
      from picked, (select ${NOW} as now, ${ttl_seconds}::double precision as ttl) clock where c.id = picked.id returning c.*),
    told as (${tell("claimed", request, sql`(select id, claim_owner as owner, fence from won) w`, json(null))})
    select ${CARD} from won c`;
});

const claimable = (request: Fields<Pick<ClaimRequest, "class" | "phase">>): SQL =>
  sql.join(
    [
      sql`status = 'ready' and unmet_deps = 0`,
      ...(request.class === undefined ? [] : [sql`class = ${text(request.class)}`]),
      ...(request.phase === undefined ? [] : [sql`phase = ${text(request.phase)}`]),
    ],
    sql` and `,
  );

async function win(
  driver: Driver,
  identity: BacklogIdentity,
  request: ClaimRequest,
): Promise<Card | undefined> {
  try {
    const ttl_seconds = request.ttl_seconds ?? DEFAULT_CLAIM_TTL_SECONDS;
    return await first<Card>(driver, winning({ ...request, ttl_seconds, ...identity }));
  } catch (error) {
    // The token has won a card already.
    if (request.claim_token !== undefined && sqlState(error) === UNIQUE_VIOLATION) return undefined;
    throw error;
  }
}

async function wonBefore(session: Session, request: ClaimRequest): Promise<Card | undefined> {
  if (request.claim_token === undefined) return undefined;
  const card = await first<Card>(
    session,
    sql`select ${CARD} from backlog_card c where c.claim_token = ${text(request.claim_token)}`,
  );
  if (card === undefined || card.claim_owner === request.owner) return card;
  throw new BacklogError({
    code: "BACKLOG_INVALID",
    message: `the claim token belongs to a claim of ${card.claim_owner ?? "nobody"}`,
    hint: "Make a new token for every wish for a card.",
  });
}

async function anyClaimable(session: Session, request: ClaimRequest): Promise<boolean> {
  const found = await first<boolean>(
    session,
    sql`select exists (select from backlog_card where ${claimable(request)})::text`,
  );
  return found === true;
}

async function whyNot(session: Session, id: string): Promise<BacklogError> {
  const card = await readCard(session, id);
  if (card.status === "claimed")
    return new BacklogError({
      code: "BACKLOG_CLAIMED",
      message: `${id} is claimed by ${card.claim_owner ?? "nobody"} with fence ${String(card.fence)}`,
      hint: "Claim another card; an expired claim is freed by a reclaim.",
    });
  const waits = card.status === "ready";
  return new BacklogError({
    code: "BACKLOG_NOT_READY",
    message: waits
      ? `${id} waits for ${String(card.unmet_deps)} of its dependencies: ${card.depends_on.slice(0, 10).join(", ")}`
      : `${id} is ${card.status}`,
    hint: waits ? "Complete what it depends on first." : "Only a ready card can be claimed.",
  });
}
