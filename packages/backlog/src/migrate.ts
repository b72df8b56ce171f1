import { sql } from "drizzle-orm";
import { BacklogError } from "./error.ts";
import { migrating, take } from "./lock.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./schema.ts";
import { first, integer, type Driver, type Session } from "./session.ts";

const OLDEST_SERVER = 150_000;

/**
 * Brings a store to this program's schema. Safe to call by many at once.
 *
 * @throws {@link BacklogError} `BACKLOG_STORE_TOO_OLD`, `BACKLOG_STORE_VERSION`.
 */
export async function migrate(driver: Driver): Promise<void> {
  if ((await schemaOf(driver)) === SCHEMA_VERSION) return;
  await driver.transaction(async (session) => {
    await session.query(take(migrating));
    await session.script(
      "create table if not exists backlog_migration (version integer primary key, applied_at timestamptz not null)",
    );
    const stored = await storedVersion(session);
    if (stored > SCHEMA_VERSION) throw tooNew(stored);
    for (const { version, script } of MIGRATIONS.slice(stored)) {
      await session.script(script);
      await session.query(
        sql`insert into backlog_migration values (${integer(version)}, clock_timestamp()) returning 'null'::text`,
      );
    }
  });
}

/**
 * The version of a store's schema; 0 for one that was never used. Changes nothing.
 *
 * @throws {@link BacklogError} `BACKLOG_STORE_TOO_OLD`, `BACKLOG_STORE_VERSION`.
 */
export async function schemaOf(driver: Driver): Promise<number> {
  const server = await first<{ version: number; migrated: boolean }>(
    driver,
    sql`select json_build_object('version', current_setting('server_version_num')::int,
      'migrated', to_regclass('backlog_migration') is not null)::text`,
  );
  if (server === undefined || server.version < OLDEST_SERVER) throw tooOld(server?.version ?? 0);
  const stored = server.migrated ? await storedVersion(driver) : 0;
  if (stored > SCHEMA_VERSION) throw tooNew(stored);
  return stored;
}

async function storedVersion(session: Session): Promise<number> {
  const version = await first<number>(
    session,
    sql`select coalesce(max(version), 0)::text from backlog_migration`,
  );
  return version ?? 0;
}

function tooOld(versionNumber: number): BacklogError {
  return new BacklogError({
    code: "BACKLOG_STORE_TOO_OLD",
    message: `the Postgres server is version ${String(Math.floor(versionNumber / 10_000))}, and 15 is the oldest that works`,
    hint: "Upgrade the server, or use the embedded store: take DATABASE_URL out of the environment, and out of the credentials file.",
  });
}

function tooNew(stored: number): BacklogError {
  return new BacklogError({
    code: "BACKLOG_STORE_VERSION",
    message: `the store has schema ${String(stored)}, and this program knows ${String(SCHEMA_VERSION)}`,
    hint: "A newer mosaic has used this store: update this one.",
  });
}
