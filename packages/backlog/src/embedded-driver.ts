import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { BacklogError } from "./error.ts";
import { jsonRows, retried, retrying, type Driver, type Session } from "./session.ts";
import { syncedNodeFs } from "./synced-node-fs.ts";

/** The Postgres inside the pinned PGlite. */
export const EMBEDDED_MAJOR = "18";

// Behind the defaults, whose `-F` switches fsync off. And `fdatasync`, the default on Linux, is a call that does nothing in PGlite.
const DURABLE = ["-c", "fsync=on", "-c", "wal_sync_method=fsync"];

const dialect = new PgDialect();

type Connection = Pick<PGlite, "query" | "exec">;

/** @param dataDir - Nobody else has it open. PGlite neither checks that nor survives it. */
export async function embeddedDriver(dataDir: string, sync?: (fd: number) => void): Promise<Driver> {
  await refuseForeign(dataDir);
  const client = await PGlite.create({
    fs: syncedNodeFs(dataDir, sync),
    startParams: [...PGlite.defaultStartParams, ...DURABLE],
  });
  const on = (connection: Connection): Session => ({
    async query<Row>(statement: SQL) {
      const { sql, params } = dialect.sqlToQuery(statement);
      return jsonRows<Row>((await connection.query<Record<string, unknown>>(sql, params)).rows);
    },
    async script(text) {
      await connection.exec(text);
    },
  });
  return {
    store: "embedded",
    ...retrying(on(client)),
    transaction: (work) => retried(() => client.transaction((connection) => work(on(connection)))),
    async [Symbol.asyncDispose]() {
      if (!client.closed) await client.close();
    },
  };
}

/** A folder of another Postgres would be ruined by opening it, and one with other files by filling it. */
async function refuseForeign(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const marker = join(dataDir, "PG_VERSION");
  if (existsSync(marker)) {
    const major = readFileSync(marker, "utf8").trim();
    if (major === EMBEDDED_MAJOR) return;
    throw new BacklogError({
      code: "BACKLOG_STORE_VERSION",
      message: `${dataDir} was written by Postgres ${major}, and this program has Postgres ${EMBEDDED_MAJOR}`,
      hint: "Export it with the mosaic that wrote it, move the folder away, and import into a new one.",
    });
  }
  if ((await readdir(dataDir)).length === 0) return;
  throw new BacklogError({
    code: "BACKLOG_STORE_VERSION",
    message: `${dataDir} holds files and is not a store`,
    hint: "Give an empty folder, or one that does not exist yet.",
  });
}
