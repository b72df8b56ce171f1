import { sql, type SQL } from "drizzle-orm";
import type { BacklogRecord } from "./backlog.ts";
import type { Card } from "./card.ts";
import { CARD } from "./card-row.ts";
import type { BacklogEvent } from "./event.ts";
import { SPEND } from "./ledger.ts";
import type { Mail } from "./mail.ts";
import { MAIL } from "./mailbox.ts";
import { EVENT } from "./look.ts";
import { integer, text, type Driver, type Session } from "./session.ts";
import type { Spend } from "./spend.ts";

const PAGE = 1_000;

export async function exportRecords(driver: Driver): Promise<BacklogRecord[]> {
  return driver.transaction(async (session) => {
    const cards = await pages<Card, string>(
      session,
      "",
      ({ id }) => id,
      (after) =>
        sql`select ${CARD} from backlog_card c where c.id > ${text(after)} collate "C" order by c.id`,
    );
    const events = await pages<BacklogEvent, number>(
      session,
      0,
      ({ seq }) => seq,
      (after) => sql`select ${EVENT} from backlog_event e where e.seq > ${integer(after)} order by e.seq`,
    );
    const mail = await pages<Mail, string>(
      session,
      "",
      ({ id }) => id,
      (after) =>
        sql`select ${MAIL} from backlog_mail m where m.id > ${text(after)} collate "C" order by m.id`,
    );
    const spend = await pages<Spend, string>(
      session,
      "",
      ({ id }) => id,
      (after) =>
        sql`select ${SPEND} from backlog_spend s where s.id > ${text(after)} collate "C" order by s.id`,
    );
    return [
      ...cards.map((card) => ({ version: 1, kind: "card", card }) as const),
      ...events.map((event) => ({ version: 1, kind: "event", event }) as const),
      ...mail.map((one) => ({ version: 1, kind: "mail", mail: one }) as const),
      ...spend.map((entry) => ({ version: 1, kind: "spend", spend: entry }) as const),
    ];
  }, "snapshot");
}

async function pages<Row, Key>(
  session: Session,
  start: Key,
  key: (row: Row) => Key,
  statement: (after: Key) => SQL,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let after = start; ;) {
    const page = await session.query<Row>(sql`${statement(after)} limit ${integer(PAGE)}`);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return all;
    after = key(last);
  }
}
