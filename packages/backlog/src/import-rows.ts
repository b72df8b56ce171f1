import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity } from "./backlog.ts";
import { fromMillis, integer, NOW, text } from "./session.ts";

/**
 * @param rows - A JSON list, here and below. Each statement returns the keys of what is new.
 * @param before - The time that the places of cards are counted from, in milliseconds.
 */
export const addCardRows = ({ tenantId, host }: BacklogIdentity, before: number, rows: SQL): SQL =>
  sql`insert into backlog_card (id, title, body, phase, class, priority, status, claim_owner, claim_token,
      claim_ttl_seconds, claimed_at, claim_expires_at, fence, completed_fence, attempts, idempotency_key, acceptance,
      evidence, projected_tokens, actual_tokens, tenant_id, host, created_at, updated_at)
    select id, title, body, phase, class, coalesce(priority, 0), coalesce(status, 'ready'), claim_owner, claim_token,
      claim_ttl_seconds, ${fromMillis(sql`claimed_at`)}, ${fromMillis(sql`claim_expires_at`)}, coalesce(fence, 0),
      completed_fence, coalesce(attempts, 0), idempotency_key, acceptance, evidence, projected_tokens, actual_tokens,
      coalesce(tenant_id, ${text(tenantId)}), coalesce(host, ${text(host)}),
      ${fromMillis(sql`coalesce(created_at, ${integer(before)} + place)`)},
      coalesce(${fromMillis(sql`updated_at`)}, ${NOW})
    from json_to_recordset(${rows}) as r (id text, title text, body text, phase text, class text, priority integer,
      status text, claim_owner text, claim_token text, claim_ttl_seconds double precision, claimed_at bigint,
      claim_expires_at bigint, fence bigint, completed_fence bigint, attempts integer, idempotency_key text,
      acceptance json, evidence json, projected_tokens bigint, actual_tokens bigint, tenant_id text, host text,
      created_at bigint, updated_at bigint, place integer)
    on conflict do nothing returning to_json(id)::text`;

export const addEdges = (rows: SQL): SQL =>
  sql`insert into backlog_dep (card_id, dep_id)
    select "from", "to" from json_to_recordset(${rows}) as r ("from" text, "to" text)
    returning to_json(card_id)::text`;

/** @param behind - The number that the events' own are counted from. */
export const addEvents = (rows: SQL, behind: number): SQL =>
  sql`insert into backlog_event (seq, ts, kind, card_id, owner, fence, detail, tenant_id, host)
    overriding system value
    select ${integer(behind)} + seq, ${fromMillis(sql`ts`)}, kind, card_id, owner, fence, detail, tenant_id, host
    from json_to_recordset(${rows}) as r (seq bigint, ts bigint, kind text, card_id text, owner text, fence bigint,
      detail json, tenant_id text, host text)
    returning to_json(card_id)::text`;

export const addMail = (rows: SQL): SQL =>
  sql`insert into backlog_mail (id, sender, receiver, text, state, why, expires_at, created_at, settled_at, tenant_id,
      host)
    select id, sender, receiver, text, state, why, ${fromMillis(sql`expires_at`)}, ${fromMillis(sql`created_at`)},
      ${fromMillis(sql`settled_at`)}, tenant_id, host
    from json_to_recordset(${rows}) as r (id text, sender text, receiver text, text text, state text, why text,
      expires_at bigint, created_at bigint, settled_at bigint, tenant_id text, host text)
    on conflict do nothing returning to_json(id)::text`;

export const addSpend = (rows: SQL): SQL =>
  sql`insert into backlog_spend (id, agent, card_id, account, model, input_tokens, output_tokens, cost_micros, ts,
      tenant_id, host)
    select id, agent, card_id, account, model, input_tokens, output_tokens, cost_micros, ${fromMillis(sql`ts`)},
      tenant_id, host
    from json_to_recordset(${rows}) as r (id text, agent text, card_id text, account text, model text,
      input_tokens bigint, output_tokens bigint, cost_micros bigint, ts bigint, tenant_id text, host text)
    on conflict do nothing returning to_json(id)::text`;
