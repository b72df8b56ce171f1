import { sql, type SQL } from "drizzle-orm";

/** Says "ours" to whoever else takes advisory locks in the database. */
const OURS = 7_171_955;
const EVENTS = 1;
const GRAPH = 2;
const MIGRATION = 3;

const shared = (subject: number): SQL =>
  sql`(select 1 from pg_advisory_xact_lock_shared(${sql.raw(String(OURS))}, ${sql.raw(String(subject))})) = 1`;
const exclusive = (subject: number): SQL =>
  sql`(select 1 from pg_advisory_xact_lock(${sql.raw(String(OURS))}, ${sql.raw(String(subject))})) = 1`;

// Conditions that are always true and hold their lock to the end of the transaction. As the first condition of a query
// they are taken before any row. The order is GRAPH, EVENTS, rows.

/** Held by whoever writes an event: numbers are given in one order and become visible in another. */
export const writingEvents = shared(EVENTS);
/** Waits until every event that has a number is visible. */
export const readingEvents = exclusive(EVENTS);
/** Held while edges change. */
export const changingGraph = exclusive(GRAPH);
/** Held while a card becomes done, or stops being it: the edges it looks at stay. */
export const followingGraph = shared(GRAPH);
export const migrating = exclusive(MIGRATION);

/** Takes locks as a statement of its own, so that the next one sees what was committed meanwhile. */
export const take = (...locks: readonly SQL[]): SQL =>
  sql`select 'true'::text where ${sql.join([...locks], sql` and `)}`;
