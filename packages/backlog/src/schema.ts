/** One step of the schema. Steps are only ever added: a store that has been migrated keeps what it was given. */
export interface Migration {
  readonly version: number;
  readonly script: string;
}

// Ids compare by bytes ("C"), so that both stores have one order. Times are cut to milliseconds, which is what PGlite's
// clock gives and what an export carries.
const FIRST = `
create table backlog_card (
  id text collate "C" primary key,
  title text not null,
  body text,
  phase text,
  class text,
  priority integer not null default 0,
  status text not null default 'ready' check (status in ('ready', 'claimed', 'blocked', 'done')),
  unmet_deps integer not null default 0 check (unmet_deps >= 0),
  claim_owner text,
  claim_token text unique,
  claim_ttl_seconds double precision,
  claimed_at timestamptz,
  claim_expires_at timestamptz,
  fence bigint not null default 0,
  completed_fence bigint,
  attempts integer not null default 0,
  idempotency_key text unique,
  acceptance json,
  evidence json,
  projected_tokens bigint,
  actual_tokens bigint,
  tenant_id text not null,
  host text not null,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  updated_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  constraint backlog_card_claim check (
    case when status = 'claimed' then num_nulls(claim_owner, claim_ttl_seconds, claimed_at, claim_expires_at) = 0
    else num_nonnulls(claim_owner, claim_token, claim_ttl_seconds, claimed_at, claim_expires_at) = 0 end
  )
);
create index backlog_card_claimable on backlog_card (priority desc, created_at, id)
  where status = 'ready' and unmet_deps = 0;
create index backlog_card_claimable_class on backlog_card (class, priority desc, created_at, id)
  where status = 'ready' and unmet_deps = 0;
create index backlog_card_claimed on backlog_card (claim_expires_at) where status = 'claimed';

create table backlog_dep (
  card_id text collate "C" not null references backlog_card (id),
  dep_id text collate "C" not null references backlog_card (id),
  primary key (card_id, dep_id),
  check (card_id <> dep_id)
);
create index backlog_dep_reverse on backlog_dep (dep_id, card_id);

create table backlog_event (
  seq bigint generated always as identity primary key,
  ts timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  kind text not null,
  card_id text collate "C" not null,
  owner text,
  fence bigint not null,
  detail json,
  tenant_id text not null,
  host text not null
);
create index backlog_event_card on backlog_event (card_id, seq);

create table backlog_mail (
  seq bigint generated always as identity primary key,
  id text collate "C" not null unique,
  sender text not null,
  receiver text not null,
  text text not null,
  state text not null default 'queued' check (state in ('queued', 'delivered', 'failed', 'expired')),
  why text,
  expires_at timestamptz not null,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  settled_at timestamptz,
  tenant_id text not null,
  host text not null,
  check ((state = 'queued') = (settled_at is null))
);
create index backlog_mail_queued on backlog_mail (receiver, seq) where state = 'queued';

create table backlog_spend (
  id text collate "C" primary key,
  agent text not null,
  card_id text collate "C",
  account text,
  model text,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_micros bigint not null default 0,
  ts timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  tenant_id text not null,
  host text not null
);
create index backlog_spend_time on backlog_spend (ts);

create table backlog_probe (
  id boolean primary key default true check (id),
  written bigint not null
);
`;

// Lists read on from a card by this index, and `stats` counts what was completed by the other.
//
// A function reads what was committed when each of its statements began; a part of one large statement would read what was
// committed when that began, which is before it waited for a lock.
const SECOND = `
create index backlog_card_order on backlog_card ((-priority::bigint), created_at, id);
create index backlog_event_completed on backlog_event (ts) where kind = 'completed';

create function backlog_recount(ids text[]) returns setof text language plpgsql as $$
begin
  if cardinality(ids) = 0 then return; end if;
  perform from backlog_card where id = any (ids) order by id for no key update;
  return query with counted as (
    update backlog_card c set unmet_deps = (
      select count(*) from backlog_dep d join backlog_card p on p.id = d.dep_id
      where d.card_id = c.id and p.status <> 'done')
    where c.id = any (ids) returning c.id, c.status, c.unmet_deps)
  select id from counted where status = 'ready' and unmet_deps = 0 order by id;
end $$;

create function backlog_recount_dependents(of_card text) returns setof text language plpgsql as $$
begin
  return query select backlog_recount(array(select card_id from backlog_dep where dep_id = of_card)::text[]);
end $$;
`;

// A change of a card makes a new entry in each of its indexes: cards without a token, a key or a phase stay out of these.
//
// A claim passes over the entries of the cards that were claimed before it until they are cleaned up, which by itself begins
// when a fifth of all cards has changed.
const THIRD = `
alter table backlog_card
  drop constraint backlog_card_claim_token_key,
  drop constraint backlog_card_idempotency_key_key,
  set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
create unique index backlog_card_token on backlog_card (claim_token) where claim_token is not null;
create unique index backlog_card_key on backlog_card (idempotency_key) where idempotency_key is not null;

create index backlog_card_claimable_phase on backlog_card (phase, priority desc, created_at, id)
  where status = 'ready' and unmet_deps = 0 and phase is not null;
create index backlog_card_phase on backlog_card (phase, (-priority::bigint), created_at, id) where phase is not null;
`;

// Within an import, and in the embedded store, which analyzes nothing by itself, Postgres does not know how large the tables
// have become: it would read all cards for each that is counted.
const FOURTH = `
alter function backlog_recount(text[]) set enable_seqscan = off;
alter function backlog_recount(text[]) set enable_hashjoin = off;
alter function backlog_recount(text[]) set enable_mergejoin = off;
`;

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, script: FIRST },
  { version: 2, script: SECOND },
  { version: 3, script: THIRD },
  { version: 4, script: FOURTH },
];

/** The schema this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
