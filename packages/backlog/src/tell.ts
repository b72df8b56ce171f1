import { sql, type SQL } from "drizzle-orm";
import type { BacklogIdentity } from "./backlog.ts";
import type { EventKind } from "./event.ts";
import { text } from "./session.ts";
import type { Fields } from "./statement.ts";

/**
 * Writes one event for each row of `from`, which has `id`, `owner` and `fence`. The transaction holds the lock
 * `writingEvents`.
 */
export function tell(
  kind: EventKind,
  { tenantId, host }: Fields<BacklogIdentity>,
  from: SQL,
  detail: SQL,
): SQL {
  return sql`insert into backlog_event (kind, card_id, owner, fence, detail, tenant_id, host)
    select ${sql.raw(`'${kind}'`)}, id, owner, fence, ${detail}, ${text(tenantId)}, ${text(host)} from ${from}`;
}
