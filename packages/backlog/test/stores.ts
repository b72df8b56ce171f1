import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { createBacklog } from "../src/create-backlog.ts";
import { embeddedDriver } from "../src/embedded-driver.ts";
import type { Backlog } from "../src/backlog.ts";
import { parseConnection } from "../src/connection.ts";
import { migrate } from "../src/migrate.ts";
import { serverDriver } from "../src/server-driver.ts";
import type { Driver } from "../src/session.ts";
import { identity } from "./identity.ts";

/** A store of one test file, which is empty again after `clear`. */
export interface TestStore extends AsyncDisposable {
  readonly backlog: Backlog;
  /** Behind the backlog's back: to break what it maintains. */
  readonly driver: Driver;
  readonly clear: () => Promise<void>;
}

export { identity };

const EVERYTHING = "backlog_card, backlog_dep, backlog_event, backlog_mail, backlog_spend, backlog_probe";

export async function testStore(driver: Driver, end: () => Promise<void>): Promise<TestStore> {
  await migrate(driver);
  return {
    backlog: createBacklog(driver, identity, "test"),
    driver,
    clear: () => driver.script(`truncate ${EVERYTHING} restart identity`),
    async [Symbol.asyncDispose]() {
      await driver[Symbol.asyncDispose]();
      await end();
    },
  };
}

export async function serverStore(): Promise<TestStore> {
  const server = await postgresServer();
  const connection = parseConnection(server.url(await server.database()));
  return testStore(serverDriver(connection, 8), () => server[Symbol.asyncDispose]());
}

export async function embeddedStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), "mf-pglite-"));
  const driver = await embeddedDriver(join(folder, "store"));
  return testStore(driver, () => rm(folder, { recursive: true, force: true }));
}

/** Everything an export says, as one list. */
export async function exported(backlog: Backlog): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const record of backlog.export()) records.push(record);
  return records;
}
