import postgres from "postgres";
import type { Connection } from "./connection.ts";
import { jsonRows, retried, retrying, type Driver, type Session } from "./session.ts";
import { sqlState } from "./sql-state.ts";
import { built, type Statement } from "./statement.ts";

const CONNECT_TIMEOUT_SECONDS = 10;
const STATEMENT_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_SECONDS = 5;
/** What the driver and the server say when a connection is gone. */
const BROKEN = /^(CONNECT|E[A-Z]+$|08|57P)/;

/** Opens no connection yet. */
export function serverDriver({ url, ...whereAndWho }: Connection, poolSize: number): Driver {
  const connect = (): postgres.Sql =>
    postgres(url, {
      ...whereAndWho,
      max: poolSize,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      // Asking for array types costs a round trip, and everything here is text.
      fetch_types: false,
      onnotice: () => undefined,
      connection: {
        application_name: "mosaic-backlog",
        // What waited for a lock must see what was committed meanwhile, whatever the database or the role has as its default.
        default_transaction_isolation: "read committed",
        statement_timeout: STATEMENT_TIMEOUT_MS,
        // A client that sleeps in the middle of a transaction must not keep its locks.
        idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      },
    });
  let current = connect();
  /**
   * A pool whose connection broke waits longer and longer before it makes another, and may leave who asks meanwhile without
   * any answer: it is given up for a new one.
   */
  const renewing = async <T>(work: (client: postgres.Sql) => Promise<T>): Promise<T> => {
    const client = current;
    try {
      return await work(client);
    } catch (error) {
      if (client === current && BROKEN.test(sqlState(error) ?? "")) {
        current = connect();
        void client.end({ timeout: CLOSE_TIMEOUT_SECONDS });
      }
      throw error;
    }
  };
  const on = (connection: postgres.Sql | postgres.TransactionSql): Session => ({
    async query<Row>(statement: Statement) {
      const { sql, params } = built(statement);
      // Our statements pass null, booleans, numbers and text.
      const values = params as (string | number | boolean | null)[];
      return jsonRows<Row>(await connection.unsafe(sql, values, { prepare: true }).values());
    },
    async script(text) {
      await connection.unsafe(text);
    },
  });
  return {
    store: "server",
    ...retrying({
      query: (statement) => renewing((client) => on(client).query(statement)),
      script: (text) => renewing((client) => on(client).script(text)),
    }),
    transaction: (work, kind) =>
      retried(async () => {
        const level = kind === "snapshot" ? "isolation level repeatable read read only" : "";
        let result: { value: Awaited<ReturnType<typeof work>> } | undefined;
        await renewing((client) =>
          client.begin(level, async (connection) => {
            result = { value: await work(on(connection)) };
          }),
        );
        if (result === undefined) throw new Error("a committed transaction has a result");
        return result.value;
      }),
    async [Symbol.asyncDispose]() {
      await current.end({ timeout: CLOSE_TIMEOUT_SECONDS });
    },
  };
}
