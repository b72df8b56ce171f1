import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity, ImportResult } from "./backlog.ts";
import { findCircle } from "./circle.ts";
import { refuseUnknown } from "./create-card.ts";
import { BacklogError } from "./error.ts";
import type { BacklogEvent } from "./event.ts";
import { cycle, recount, type Edge } from "./graph.ts";
import { addCardRows, addEdges, addEvents, addMail, addSpend } from "./import-rows.ts";
import { readIncoming, type Incoming } from "./incoming.ts";
import { changingGraph, readingEvents, take, writingEvents } from "./lock.ts";
import { first, integer, json, millis, NOW, oneOf, type Driver, type Session } from "./session.ts";
import { sqlState } from "./sql-state.ts";
import { tell } from "./tell.ts";

const CHUNK_ROWS = 1_000;
const CHUNK_CHARACTERS = 4_000_000;
const UNIQUE_VIOLATION = "23505";

/** The transaction begins when the last line has been read: whoever sends may take their time. */
export async function importRecords(
  driver: Driver,
  identity: BacklogIdentity,
  lines: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<ImportResult> {
  await using incoming = await readIncoming(lines);
  return await driver.transaction(async (session) => {
    await session.query(take(changingGraph));
    const before = await lastTime(session, incoming.timeless);
    const added = new Set(
      await inChunks(session, incoming.cards.lines(), (rows) => addCardRows(identity, before, rows)),
    );
    await connect(session, incoming.edges, added);
    const mail = await inChunks(session, incoming.mail.lines(), addMail);
    const spend = await inChunks(session, incoming.spend.lines(), addSpend);
    // Last: who writes or reads events waits for these locks, and a large import takes its time.
    const told = await addHistory(session, incoming, added);
    const history = new Set(told);
    await sayImported(
      session,
      identity,
      [...added].filter((id) => !history.has(id)),
    );
    const cards = added.size;
    // The embedded Postgres has nobody who would do it later, and a server does it within a minute.
    if (cards >= CHUNK_ROWS) await session.script("analyze backlog_card, backlog_dep");
    const existing = incoming.count - cards - mail.length - spend.length;
    return { cards, events: told.length, mail: mail.length, spend: spend.length, existing };
  });
}

/**
 * Cards that say no time get one each, a millisecond apart, so that they are claimed in the order of their lines: behind the
 * cards that are there, and otherwise up to now. A card from far ahead of the clock does not count.
 */
async function lastTime(session: Session, timeless: number): Promise<number> {
  const now = millis(NOW);
  const last = await first<number>(
    session,
    sql`select greatest(${now} - ${integer(timeless)},
        (select max(${millis(sql`created_at`)}) from backlog_card where created_at < ${NOW} + interval '1 day'))::text`,
  );
  if (last === undefined) throw new Error("a clock has one time");
  return last;
}

async function connect(session: Session, edges: readonly Edge[], added: ReadonlySet<string>): Promise<void> {
  const wanted = edges.filter(({ from }) => added.has(from));
  const outside = [...new Set(wanted.map(({ to }) => to))].filter((id) => !added.has(id));
  await refuseUnknown(session, outside);
  const circle = findCircle(wanted);
  if (circle !== undefined) throw cycle(circle);
  await inChunks(
    session,
    wanted.map((edge) => JSON.stringify(edge)),
    addEdges,
  );
  for (const ids of chunks([...new Set(wanted.map(({ from }) => from))])) await recount(session, ids);
}

/**
 * Takes the events of new cards, behind those that are there. A store that gave no number yet keeps the numbers they have:
 * whoever reads on from one of them misses nothing and reads nothing twice.
 *
 * @returns The card of each.
 */
async function addHistory(
  session: Session,
  { events, lastSeq }: Incoming,
  added: ReadonlySet<string>,
): Promise<string[]> {
  if (lastSeq === 0) {
    await session.query(take(writingEvents));
    return [];
  }
  await session.query(take(readingEvents));
  const numbers = sql`pg_get_serial_sequence('backlog_event', 'seq')::regclass`;
  const behind =
    (await first<number>(session, sql`select coalesce(pg_sequence_last_value(${numbers}), 0)::text`)) ?? 0;
  try {
    const told = await inChunks(session, eventsOf(events.lines(), added), (rows) => addEvents(rows, behind));
    await session.query(sql`select setval(${numbers}, ${integer(behind + lastSeq)})::text`);
    return told;
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new BacklogError({
      code: "BACKLOG_INVALID",
      message: "two events of the import have the same seq",
      hint: "Import the exports of two stores one after the other, not as one.",
      cause: error,
    });
  }
}

async function* eventsOf(lines: AsyncIterable<string>, added: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const line of lines) if (added.has((JSON.parse(line) as BacklogEvent).card_id)) yield line; // Written by `readIncoming`.
}

/** Runs `statement` on a thousand rows at a time, or fewer when they are large, and returns what all of them return. */
async function inChunks(
  session: Session,
  rows: Iterable<string> | AsyncIterable<string>,
  statement: (rows: SQL) => SQL,
): Promise<string[]> {
  const returned: string[] = [];
  let chunk: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    for (const key of await session.query<string>(statement(sql`${`[${chunk.join(",")}]`}::text::json`)))
      returned.push(key);
    chunk = [];
    characters = 0;
  };
  for await (const row of rows) {
    chunk.push(row);
    characters += row.length;
    if (chunk.length === CHUNK_ROWS || characters > CHUNK_CHARACTERS) await flush();
  }
  await flush();
  return returned;
}

/** A card that came without a history gets one. */
async function sayImported(
  session: Session,
  identity: BacklogIdentity,
  untold: readonly string[],
): Promise<void> {
  for (const ids of chunks(untold)) {
    const cards = sql`(select id, null::text as owner, fence from backlog_card where id in ${oneOf(ids)}
      order by created_at, id) c`;
    await session.query(
      sql`with told as (${tell("imported", identity, cards, json(null))}) select 'null'::text`,
    );
  }
}

/** A server ends a statement that takes too long, as one about a million cards does. */
function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += CHUNK_ROWS) yield ids.slice(from, from + CHUNK_ROWS);
}
