/**
 * The least that a claim and a complete can be: no event, no token, no graph, no fence asked for, no card in the answer. The id
 * comes as JSON text, as mosaic's driver takes it.
 */
export const BARE_CLAIM = `update backlog_card set status = 'claimed', claim_owner = 'bench', claim_ttl_seconds = 900, claimed_at = now(),
  claim_expires_at = now() + interval '900 seconds', fence = fence + 1, attempts = attempts + 1
  where id = (select id from backlog_card where status = 'ready' and unmet_deps = 0
    order by priority desc, created_at, id limit 1 for no key update skip locked) returning to_json(id)::text`;

/** What stands behind it is the id. */
export const BARE_COMPLETE = `update backlog_card set status = 'done', claim_owner = null, claim_ttl_seconds = null,
  claimed_at = null, claim_expires_at = null where id =`;
