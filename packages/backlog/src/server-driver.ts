import { PgDialect } from "drizzle-orm/pg-core";
import type { SQL } from "drizzle-orm";
import postgres from "postgres";
import type { Connection } from "./connection.ts";
import { jsonRows, retried, retrying, type Driver, type Session } from "./session.ts";

const CONNECT_TIMEOUT_SECONDS = 10;
const STATEMENT_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_SECONDS = 5;

const dialect = new PgDialect();

/** Opens no connection yet. */
export function serverDriver({ url, ...whereAndWho }: Connection, poolSize: number): Driver {
  const client = postgres(url, {
    ...whereAndWho,
    max: poolSize,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    // Asking for array types costs a round trip, and everything here is text.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: "mosaic-backlog",
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // A client that sleeps in the middle of a transaction must not keep its locks.
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    },
  });
  const on = (connection: postgres.Sql | postgres.TransactionSql): Session => ({
    async query<Row>(statement: SQL) {
      const { sql, params } = dialect.sqlToQuery(statement);
      // Our statements pass null, booleans, numbers and text.
      const rows = await connection.unsafe(sql, params as (string | number | boolean | null)[], {
        prepare: true,
      });
      return jsonRows<Row>(rows);
    },
    async script(text) {
      await connection.unsafe(text);
    },
  });
  return {
    store: "server",
    ...retrying(on(client)),
    transaction: (work, kind) =>
      retried(async () => {
        const level = kind === "snapshot" ? "isolation level repeatable read read only" : "";
        let result: { value: Awaited<ReturnType<typeof work>> } | undefined;
        await client.begin(level, async (connection) => {
          result = { value: await work(on(connection)) };
        });
        if (result === undefined) throw new Error("a committed transaction has a result");
        return result.value;
      }),
    async [Symbol.asyncDispose]() {
      await client.end({ timeout: CLOSE_TIMEOUT_SECONDS });
    },
  };
}
