import { sql, type SQL } from "drizzle-orm";
import type { BacklogRecord, CardRecord } from "./backlog.ts";
import { CARD_FIELDS } from "./card-row.ts";
import type { BacklogEvent } from "./event.ts";
import { SPEND } from "./ledger.ts";
import { EVENT } from "./look.ts";
import type { Mail } from "./mail.ts";
import { MAIL } from "./mailbox.ts";
import { integer, text, type Driver, type Session } from "./session.ts";
import type { Spend } from "./spend.ts";
import { openSpool } from "./spool.ts";

const PAGE_ROWS = 1_000;
const PAGE_BYTES = 4_000_000;

/** The transaction ends before the first record is given: a reader may take its time. */
export async function* exportRecords(driver: Driver): AsyncGenerator<BacklogRecord, void> {
  await using spool = await openSpool();
  const write = (record: BacklogRecord): Promise<void> => spool.write(JSON.stringify(record));
  await driver.transaction(async (session) => {
    await spool.clear();
    for await (const card of cards(session)) await write({ version: 1, kind: "card", card });
    for await (const event of events(session)) await write({ version: 1, kind: "event", event });
    for await (const one of mail(session)) await write({ version: 1, kind: "mail", mail: one });
    for await (const entry of spend(session)) await write({ version: 1, kind: "spend", spend: entry });
  }, "snapshot");
  for await (const line of spool.lines()) yield JSON.parse(line) as BacklogRecord; // Written above.
}

const RECORD = sql`json_build_object(${CARD_FIELDS}, 'claim_token', c.claim_token,
  'completed_fence', c.completed_fence)::text`;
const bytes = (...columns: readonly string[]): SQL =>
  sql.raw(columns.map((column) => `coalesce(octet_length(${column}::text), 0)`).join(" + "));

const cards = (session: Session): AsyncGenerator<CardRecord> =>
  pages(session, "", ({ id }) => id, {
    row: RECORD,
    from: (after) => sql`backlog_card where id > ${text(after)} collate "C"`,
    key: sql`id`,
    as: sql`c`,
    size: bytes("body", "acceptance", "evidence"),
  });

const events = (session: Session): AsyncGenerator<BacklogEvent> =>
  pages(session, 0, ({ seq }) => seq, {
    row: EVENT,
    from: (after) => sql`backlog_event where seq > ${integer(after)}`,
    key: sql`seq`,
    as: sql`e`,
    size: bytes("detail"),
  });

/** In the order in which it was posted, which is not said in a record. */
async function* mail(session: Session): AsyncGenerator<Mail> {
  const numbered = pages<{ seq: number; mail: Mail }, number>(session, 0, ({ seq }) => seq, {
    row: sql`json_build_object('seq', m.seq, 'mail', ${MAIL}::json)::text`,
    from: (after) => sql`backlog_mail where seq > ${integer(after)}`,
    key: sql`seq`,
    as: sql`m`,
    size: bytes("text", "why"),
  });
  for await (const one of numbered) yield one.mail;
}

const spend = (session: Session): AsyncGenerator<Spend> =>
  pages(session, "", ({ id }) => id, {
    row: SPEND,
    from: (after) => sql`backlog_spend where id > ${text(after)} collate "C"`,
    key: sql`id`,
    as: sql`s`,
    size: sql`0`,
  });

interface Listing<Key> {
  /** The JSON text of a row, which is called `as`. */
  readonly row: SQL;
  readonly from: (after: Key) => SQL;
  readonly key: SQL;
  readonly as: SQL;
  /** About how many bytes a row has; small ones count as none. */
  readonly size: SQL;
}

/** Every row once, in the order of its key; in memory is a page of them, which is smaller where rows are large. */
async function* pages<Row, Key>(
  session: Session,
  start: Key,
  keyOf: (row: Row) => Key,
  { row, from, key, as, size }: Listing<Key>,
): AsyncGenerator<Row> {
  for (let after = start; ;) {
    const page = await session.query<Row>(
      sql`select ${row} from (
          select *, sum(${size}) over (order by ${key}) - (${size}) as bytes_before
          from (select * from ${from(after)} order by ${key} limit ${integer(PAGE_ROWS)}) near) ${as}
        where bytes_before < ${integer(PAGE_BYTES)} order by ${key}`,
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield* page;
    after = keyOf(last);
  }
}
