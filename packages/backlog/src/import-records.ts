import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity, ImportResult } from "./backlog.ts";
import { refuse } from "./check.ts";
import { findCircle } from "./circle.ts";
import { refuseUnknown } from "./create-card.ts";
import { cycle, recount } from "./graph.ts";
import { changingGraph, take, writingEvents } from "./lock.ts";
import { recordProblems, sortRecords, type ImportedCard } from "./record.ts";
import { fromMillis, json, NOW, oneOf, text, type Driver, type Session } from "./session.ts";
import { tell } from "./tell.ts";

const CHUNK_ROWS = 1_000;
const CHUNK_CHARACTERS = 4_000_000;

export async function importRecords(
  driver: Driver,
  identity: BacklogIdentity,
  lines: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<ImportResult> {
  const values: unknown[] = [];
  for await (const line of lines) values.push(line);
  refuse(
    "import",
    values.flatMap((value, index) =>
      recordProblems(value).map((problem) => `line ${String(index + 1)}: ${problem}`),
    ),
  );
  const { cards, events, mail, spend } = sortRecords(values);
  return driver.transaction(async (session) => {
    await session.query(take(changingGraph));
    const added = await addCards(session, identity, cards);
    // Taken last: who reads events waits for this lock, and a large import takes its time.
    await session.query(take(writingEvents));
    const ofAdded = events.filter((event) => added.has(event.card_id));
    await inChunks(session, ofAdded, addEvents);
    await sayImported(session, identity, added, new Set(ofAdded.map((event) => event.card_id)));
    const newMail = await inChunks(session, mail, addMail);
    const newSpend = await inChunks(session, spend, addSpend);
    return {
      cards: added.size,
      events: ofAdded.length,
      mail: newMail.length,
      spend: newSpend.length,
      existing: cards.length + mail.length + spend.length - added.size - newMail.length - newSpend.length,
    };
  });
}

async function addCards(
  session: Session,
  identity: BacklogIdentity,
  cards: readonly ImportedCard[],
): Promise<Set<string>> {
  const added = new Set(await inChunks(session, cards, (rows) => addCardRows(identity, rows)));
  const seen = new Set<string>();
  const edges = cards.flatMap(({ id, depends_on = [] }) => {
    // Of two lines with one id the first is taken.
    if (!added.has(id) || seen.has(id)) return [];
    seen.add(id);
    return [...new Set(depends_on)].map((to) => ({ from: id, to }));
  });
  const outside = [...new Set(edges.map(({ to }) => to))].filter((id) => !added.has(id));
  await refuseUnknown(session, outside);
  const circle = findCircle(edges);
  if (circle !== undefined) throw cycle(circle);
  await inChunks(session, edges, addEdges);
  const waiting = [...new Set(edges.map(({ from }) => from))];
  if (waiting.length > 0) await recount(session, waiting);
  return added;
}

/** Runs `statement` on a thousand rows at a time, or fewer when they are large, and returns what all of them return. */
async function inChunks(
  session: Session,
  rows: readonly unknown[],
  statement: (rows: SQL) => SQL,
): Promise<string[]> {
  const returned: string[] = [];
  let chunk: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    returned.push(...(await session.query<string>(statement(sql`${`[${chunk.join(",")}]`}::text::json`))));
    chunk = [];
    characters = 0;
  };
  for (const row of rows) {
    const encoded = JSON.stringify(row);
    chunk.push(encoded);
    characters += encoded.length;
    if (chunk.length === CHUNK_ROWS || characters > CHUNK_CHARACTERS) await flush();
  }
  await flush();
  return returned;
}

const addCardRows = ({ tenantId, host }: BacklogIdentity, rows: SQL): SQL =>
  sql`insert into backlog_card (id, title, body, phase, class, priority, status, fence, attempts, idempotency_key,
      acceptance, evidence, projected_tokens, actual_tokens, tenant_id, host, created_at, updated_at)
    select id, title, body, phase, class, coalesce(priority, 0),
      case when status is null or status = 'claimed' then 'ready' else status end,
      coalesce(fence, 0), coalesce(attempts, 0), idempotency_key, acceptance, evidence, projected_tokens, actual_tokens,
      coalesce(tenant_id, ${text(tenantId)}), coalesce(host, ${text(host)}),
      coalesce(${fromMillis(sql`created_at`)}, ${NOW}), coalesce(${fromMillis(sql`updated_at`)}, ${NOW})
    from json_to_recordset(${rows}) as r (id text, title text, body text, phase text, class text, priority integer,
      status text, fence bigint, attempts integer, idempotency_key text, acceptance json, evidence json,
      projected_tokens bigint, actual_tokens bigint, tenant_id text, host text, created_at bigint, updated_at bigint)
    on conflict do nothing returning to_json(id)::text`;

const addEdges = (rows: SQL): SQL =>
  sql`insert into backlog_dep (card_id, dep_id)
    select "from", "to" from json_to_recordset(${rows}) as r ("from" text, "to" text)
    returning to_json(card_id)::text`;

const addEvents = (rows: SQL): SQL =>
  sql`insert into backlog_event (ts, kind, card_id, owner, fence, detail, tenant_id, host)
    select ${fromMillis(sql`ts`)}, kind, card_id, owner, fence, detail, tenant_id, host
    from json_to_recordset(${rows}) as r (seq bigint, ts bigint, kind text, card_id text, owner text, fence bigint,
      detail json, tenant_id text, host text)
    order by seq returning to_json(card_id)::text`;

const addMail = (rows: SQL): SQL =>
  sql`insert into backlog_mail (id, sender, receiver, text, state, why, expires_at, created_at, settled_at, tenant_id,
      host)
    select id, sender, receiver, text, state, why, ${fromMillis(sql`expires_at`)}, ${fromMillis(sql`created_at`)},
      ${fromMillis(sql`settled_at`)}, tenant_id, host
    from json_to_recordset(${rows}) as r (id text, sender text, receiver text, text text, state text, why text,
      expires_at bigint, created_at bigint, settled_at bigint, tenant_id text, host text)
    on conflict do nothing returning to_json(id)::text`;

const addSpend = (rows: SQL): SQL =>
  sql`insert into backlog_spend (id, agent, card_id, account, model, input_tokens, output_tokens, cost_micros, ts,
      tenant_id, host)
    select id, agent, card_id, account, model, input_tokens, output_tokens, cost_micros, ${fromMillis(sql`ts`)},
      tenant_id, host
    from json_to_recordset(${rows}) as r (id text, agent text, card_id text, account text, model text,
      input_tokens bigint, output_tokens bigint, cost_micros bigint, ts bigint, tenant_id text, host text)
    on conflict do nothing returning to_json(id)::text`;

/** A card that came without a history gets one. */
async function sayImported(
  session: Session,
  identity: BacklogIdentity,
  added: ReadonlySet<string>,
  told: ReadonlySet<string>,
): Promise<void> {
  const untold = [...added].filter((id) => !told.has(id));
  if (untold.length === 0) return;
  const cards = sql`(select id, null::text as owner, fence from backlog_card where id in ${oneOf(untold)}
    order by created_at, id) c`;
  await session.query(
    sql`with told as (${tell("imported", identity, cards, json(null))}) select 'null'::text`,
  );
}
