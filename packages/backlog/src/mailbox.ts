import { sql, type SQL } from "drizzle-orm";
import { DEFAULT_PAGE, type Backlog, type BacklogIdentity } from "./backlog.ts";
import { BacklogError } from "./error.ts";
import type { Mail, NewMail } from "./mail.ts";
import { first, integer, millis, NOW, text, type Session } from "./session.ts";

type MailRequest = NonNullable<Parameters<Backlog["mail"]>[0]>;
type SettleRequest = Parameters<Backlog["settle"]>[0];

const DEFAULT_TTL_SECONDS = 86_400;

export const MAIL: SQL = sql`json_build_object('id', m.id, 'sender', m.sender, 'receiver', m.receiver, 'text', m.text,
  'state', m.state, 'why', m.why, 'expires_at', ${millis(sql`m.expires_at`)},
  'created_at', ${millis(sql`m.created_at`)}, 'settled_at', ${millis(sql`m.settled_at`)},
  'tenant_id', m.tenant_id, 'host', m.host)::text`;

export async function postMail(
  session: Session,
  { tenantId, host }: BacklogIdentity,
  mail: NewMail,
): Promise<{ mail: Mail; created: boolean }> {
  const { ttl_seconds = DEFAULT_TTL_SECONDS } = mail;
  const posted = await first<Mail>(
    session,
    sql`with m as (
        insert into backlog_mail (id, sender, receiver, text, expires_at, tenant_id, host)
        values (${text(mail.id)}, ${text(mail.sender)}, ${text(mail.receiver)}, ${text(mail.text)},
          ${NOW} + make_interval(secs => ${ttl_seconds}::double precision), ${text(tenantId)}, ${text(host)})
        on conflict (id) do nothing returning *)
      select ${MAIL} from m`,
  );
  if (posted !== undefined) return { mail: posted, created: true };
  return { mail: await readMail(session, mail.id), created: false };
}

export async function listMail(
  session: Session,
  { receiver, sender, state, limit = DEFAULT_PAGE, after }: MailRequest,
): Promise<{ mail: Mail[]; next: string | null }> {
  if (after !== undefined && after !== null) await readMail(session, after);
  const conditions: SQL[] = [sql`true`];
  if (receiver !== undefined) conditions.push(sql`m.receiver = ${text(receiver)}`);
  if (sender !== undefined) conditions.push(sql`m.sender = ${text(sender)}`);
  if (state !== undefined) conditions.push(sql`m.state = ${text(state)}`);
  if (after !== undefined && after !== null)
    conditions.push(sql`m.seq > (select a.seq from backlog_mail a where a.id = ${text(after)})`);
  const found = await session.query<Mail>(
    sql`select ${MAIL} from backlog_mail m where ${sql.join(conditions, sql` and `)}
      order by m.seq limit ${integer(limit + 1)}`,
  );
  const mail = found.slice(0, limit);
  return { mail, next: found.length > limit ? (mail.at(-1)?.id ?? null) : null };
}

export async function settleMail(session: Session, { id, state, why }: SettleRequest): Promise<Mail> {
  const settled = await first<Mail>(
    session,
    sql`with m as (
        update backlog_mail set state = ${text(state)}, why = ${text(why)}, settled_at = ${NOW}
        where id = ${text(id)} and state = 'queued' returning *)
      select ${MAIL} from m`,
  );
  if (settled !== undefined) return settled;
  const mail = await readMail(session, id);
  if (mail.state === state) return mail;
  throw new BacklogError({
    code: "BACKLOG_MAIL_SETTLED",
    message: `message ${id} is ${mail.state} already: ${mail.why ?? "no reason given"}`,
    hint: "What became of a message is said once.",
  });
}

export async function expireQueued(session: Session): Promise<Mail[]> {
  return session.query<Mail>(
    sql`with m as (
        update backlog_mail set state = 'expired', settled_at = ${NOW},
          why = 'nobody took it before its time to live ran out'
        where state = 'queued' and expires_at <= clock_timestamp() returning *)
      select ${MAIL} from m order by m.seq`,
  );
}

async function readMail(session: Session, id: string): Promise<Mail> {
  const mail = await first<Mail>(session, sql`select ${MAIL} from backlog_mail m where m.id = ${text(id)}`);
  if (mail !== undefined) return mail;
  throw new BacklogError({
    code: "BACKLOG_MAIL_UNKNOWN",
    message: `there is no message ${id}`,
    hint: "A message settled long ago may have been forgotten by a prune.",
  });
}
