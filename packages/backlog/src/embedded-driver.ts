import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { Mutex, PGlite, protocol } from "@electric-sql/pglite";
import { refuseForeign } from "./embedded-version.ts";
import { whyNotOpened } from "./embedded-trouble.ts";
import { prepared } from "./prepared.ts";
import { jsonRows, retried, retrying, type Driver, type Session } from "./session.ts";
import { built, type Statement } from "./statement.ts";
import { syncedNodeFs } from "./synced-node-fs.ts";
import { beginMaking, endMaking } from "./unfinished.ts";

// Behind the defaults, whose `-F` switches fsync off. And `fdatasync`, the default on Linux, is a call that does nothing in PGlite.
const DURABLE = ["-c", "fsync=on", "-c", "wal_sync_method=fsync"];
// Plans are made for the tables as they are: without an autovacuum, one that was kept from when they were small would stay for ever.
const PLANNED_ANEW = ["-c", "plan_cache_mode=force_custom_plan"];

/** @param dataDir - Nobody else has it open. PGlite neither checks that nor survives it. */
export async function embeddedDriver(dataDir: string, sync?: (fd: number) => void): Promise<Driver> {
  const making = await beginMaking(dataDir);
  await refuseForeign(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await access(dataDir, constants.W_OK);
  const client = await PGlite.create({
    fs: syncedNodeFs(dataDir, sync),
    startParams: [...PGlite.defaultStartParams, ...DURABLE, ...PLANNED_ANEW],
  }).catch(async (error: unknown) => {
    throw await whyNotOpened(dataDir, error);
  });
  if (making) await endMaking(dataDir);
  const panicked = endsWithPanic(client);
  const run = prepared(client);
  const session: Session = {
    async query<Row>(statement: Statement) {
      const { sql, params } = built(statement);
      // Our statements pass null, booleans, numbers and text.
      return jsonRows<Row>(await run(sql, params as (string | number | boolean | null)[]));
    },
    async script(text) {
      await client.execProtocolStream(protocol.serialize.query(text));
    },
  };
  // There is one connection: what is asked meanwhile waits for the end of the transaction.
  const mutex = new Mutex();
  const alone = <T>(work: () => Promise<T>): Promise<T> => mutex.runExclusive(work);
  return {
    store: "embedded",
    ...retrying({
      query: (statement) => alone(() => session.query(statement)),
      script: (text) => alone(() => session.script(text)),
    }),
    transaction: (work) => retried(() => alone(() => client.transaction(() => work(session)))),
    async [Symbol.asyncDispose]() {
      if (!client.closed && !panicked()) await alone(() => client.close());
    },
  };
}

/**
 * A Postgres that panics, as on a full disk, has ended; PGlite lets it be called again, and that call never returns. So
 * whatever is asked after a panic is answered with the panic.
 *
 * @returns Whether it has panicked.
 */
function endsWithPanic(client: PGlite): () => boolean {
  const exec = client.execProtocolStream.bind(client);
  let panic: Error | undefined;
  client.execProtocolStream = async (...request) => {
    if (panic !== undefined) throw panic;
    try {
      return await exec(...request);
    } catch (error) {
      if (error instanceof Error && "severity" in error && error.severity === "PANIC") panic = error;
      throw error;
    }
  };
  return () => panic !== undefined;
}
