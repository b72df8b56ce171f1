import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity } from "./backlog.ts";
import { fromMillis, integer, millis, text, type Session } from "./session.ts";
import type { NewSpend, SpendKey, SpendSum } from "./spend.ts";

export const SPEND: SQL = sql`json_build_object('id', s.id, 'agent', s.agent, 'card_id', s.card_id,
  'account', s.account, 'model', s.model, 'input_tokens', s.input_tokens, 'output_tokens', s.output_tokens,
  'cost_micros', s.cost_micros, 'ts', ${millis(sql`s.ts`)}, 'tenant_id', s.tenant_id, 'host', s.host)::text`;

export async function recordSpend(
  session: Session,
  { tenantId, host }: BacklogIdentity,
  entry: NewSpend,
): Promise<{ created: boolean }> {
  const added = await session.query<string>(
    sql`insert into backlog_spend (id, agent, card_id, account, model, input_tokens, output_tokens, cost_micros,
        tenant_id, host)
      values (${text(entry.id)}, ${text(entry.agent)}, ${text(entry.card_id)}, ${text(entry.account)},
        ${text(entry.model)}, ${integer(entry.input_tokens ?? 0)}, ${integer(entry.output_tokens ?? 0)},
        ${integer(entry.cost_micros ?? 0)}, ${text(tenantId)}, ${text(host)})
      on conflict (id) do nothing returning to_json(id)::text`,
  );
  return { created: added.length > 0 };
}

const COLUMNS: Readonly<Record<SpendKey, SQL>> = {
  agent: sql`agent`,
  card_id: sql`card_id`,
  account: sql`account`,
  model: sql`model`,
};

export async function sumSpend(
  session: Session,
  { by, since = 0 }: { readonly by: SpendKey; readonly since?: number },
): Promise<SpendSum[]> {
  const key = COLUMNS[by];
  return session.query<SpendSum>(
    sql`select json_build_object('key', ${key}, 'input_tokens', sum(input_tokens), 'output_tokens', sum(output_tokens),
        'cost_micros', sum(cost_micros), 'entries', count(*))::text
      from backlog_spend where ts >= ${fromMillis(integer(since))} group by ${key}
      order by sum(cost_micros) desc, sum(input_tokens + output_tokens) desc, ${key} collate "C"`,
  );
}
