import { sql, type SQL } from "drizzle-orm";
import { sqlState } from "./sql-state.ts";
import type { Later, Statement } from "./statement.ts";

/** One connection to a store, inside a transaction or for one statement. */
export interface Session {
  /**
   * Runs one statement, which answers with a single text column of JSON: the two drivers disagree about the types of
   * numbers and times, but not about text.
   */
  readonly query: <Row>(statement: Statement) => Promise<Row[]>;
  /** Runs several statements that take nothing and answer nothing. */
  readonly script: (text: string) => Promise<void>;
}

export interface Driver extends Session, AsyncDisposable {
  readonly store: "embedded" | "server";
  /** Commits what `work` did, or nothing when it throws. `work` runs again after a deadlock. */
  readonly transaction: <T>(work: (session: Session) => Promise<T>, kind?: "snapshot") => Promise<T>;
}

/** A deadlock or a serialization failure: the server has undone the transaction and asks for it once more. */
const AGAIN = ["40P01", "40001"];
const ATTEMPTS = 10;

export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const code = sqlState(error);
      if (code === undefined || !AGAIN.includes(code) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Each statement of its own is a transaction of its own, and may have to run again like one. */
export const retrying = (session: Session): Session => ({
  ...session,
  query: (statement) => retried(() => session.query(statement)),
});

/** Reads what {@link Session.query} promises. The row's type is what the statement builds. */
export function jsonRows<Row>(rows: readonly (readonly unknown[])[]): Row[] {
  return rows.map(([column]) => JSON.parse(String(column)) as Row);
}

export async function first<Row>(session: Session, statement: Statement): Promise<Row | undefined> {
  return (await session.query<Row>(statement))[0];
}

/** The store's clock, in the milliseconds that all times have. */
export const NOW = sql`date_trunc('milliseconds', clock_timestamp())`;
/** A time as milliseconds since the epoch. */
export const millis = (time: SQL): SQL => sql`(date_part('epoch', ${time}) * 1000)::bigint`;
export const fromMillis = (ms: SQL): SQL => sql`to_timestamp((${ms})::double precision / 1000)`;
/** A parameter of JSON, as text: one driver would otherwise encode it twice. */
export const json = (value: unknown): SQL =>
  value === undefined || value === null ? sql`null::json` : sql`${JSON.stringify(value)}::text::json`;
export const text = (value: Later<string | null | undefined>): SQL => sql`${value ?? null}::text`;
export const integer = (value: Later<number | null | undefined>): SQL => sql`${value ?? null}::bigint`;
/** Texts as a set for `in`. */
export const oneOf = (values: readonly string[]): SQL =>
  sql`(select json_array_elements_text(${json(values)}))`;
