import { sql } from "drizzle-orm";
import type { BacklogIdentity, DoctorFinding, DoctorReport } from "./backlog.ts";
import { findCircle } from "./circle.ts";
import { recount, type Edge } from "./graph.ts";
import { changingGraph, take, writingEvents } from "./lock.ts";
import { first, integer, json, oneOf, type Driver, type Session } from "./session.ts";
import { tell } from "./tell.ts";

interface WrongCounter {
  readonly id: string;
  readonly counter: number;
  readonly truth: number;
}

export async function examine(
  driver: Driver,
  identity: BacklogIdentity,
  { repair = false, nonce }: { repair?: boolean; nonce: number },
): Promise<DoctorReport> {
  const lost = await readBack(driver, nonce);
  return driver.transaction(async (session) => {
    // While edges and states stand still the counters can be told from the truth and set to it.
    await session.query(take(changingGraph, writingEvents));
    const wrong = await wrongCounters(session);
    if (repair && wrong.length > 0) await repairCounters(session, identity, wrong);
    const circle = findCircle(await allEdges(session));
    const cards = (await first<number>(session, sql`select count(*)::text from backlog_card`)) ?? 0;
    const findings: DoctorFinding[] = wrong.map(({ id, counter, truth }) => ({
      kind: "counter",
      card_id: id,
      message: `${id} counts ${String(counter)} unmet dependencies and has ${String(truth)}`,
      repaired: repair,
    }));
    if (circle !== undefined)
      findings.push({
        kind: "cycle",
        card_id: circle[0] ?? null,
        message: `cards wait for each other: ${circle.join(" -> ")}; unlink one of them`,
        repaired: false,
      });
    return { version: 1, cards, findings: [...findings, ...lost] };
  });
}

/** Writes a number in one transaction and reads it in the next. */
async function readBack(driver: Driver, nonce: number): Promise<DoctorFinding[]> {
  await driver.query(
    sql`insert into backlog_probe (written) values (${integer(nonce)})
      on conflict (id) do update set written = excluded.written returning 'null'::text`,
  );
  const found = await first<number>(driver, sql`select written::text from backlog_probe`);
  if (found === nonce) return [];
  const message = "what was written and acknowledged is not what is read";
  return [{ kind: "lost-write", card_id: null, message, repaired: false }];
}

async function wrongCounters(session: Session): Promise<WrongCounter[]> {
  return session.query<WrongCounter>(
    sql`with truth as (
        select d.card_id as id, count(*) filter (where p.status <> 'done') as unmet
        from backlog_dep d join backlog_card p on p.id = d.dep_id group by d.card_id)
      select json_build_object('id', c.id, 'counter', c.unmet_deps, 'truth', coalesce(t.unmet, 0))::text
      from backlog_card c left join truth t on t.id = c.id
      where c.unmet_deps <> coalesce(t.unmet, 0) order by c.id`,
  );
}

async function repairCounters(
  session: Session,
  identity: BacklogIdentity,
  wrong: readonly WrongCounter[],
): Promise<void> {
  const ids = wrong.map(({ id }) => id);
  await recount(session, ids);
  const cards = sql`(select id, claim_owner as owner, fence from backlog_card where id in ${oneOf(ids)}) c`;
  await session.query(
    sql`with told as (${tell("repaired", identity, cards, json(null))}) select 'null'::text`,
  );
}

async function allEdges(session: Session): Promise<Edge[]> {
  return session.query<Edge>(
    sql`select json_build_object('from', card_id, 'to', dep_id)::text from backlog_dep`,
  );
}
