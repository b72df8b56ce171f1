import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backlog } from "../packages/backlog/src/backlog.ts";
import { parseConnection } from "../packages/backlog/src/connection.ts";
import { createBacklog } from "../packages/backlog/src/create-backlog.ts";
import { embeddedDriver } from "../packages/backlog/src/embedded-driver.ts";
import { migrate } from "../packages/backlog/src/migrate.ts";
import { serverDriver } from "../packages/backlog/src/server-driver.ts";
import type { Driver } from "../packages/backlog/src/session.ts";
import { postgresServer } from "../tooling/testkit/src/postgres.ts";
import { identity, makeCards, type Cards } from "./backlog-cards.ts";

/** Makes stores full of cards, in this process, and removes them at the end. */
export interface Stores extends AsyncDisposable {
  readonly open: (cards: Cards) => Promise<Backlog>;
}

async function filled(driver: Driver, cards: Cards): Promise<Backlog> {
  await migrate(driver);
  await makeCards(driver, cards);
  return createBacklog(driver, identity, "bench");
}

export async function embeddedStores(): Promise<Stores> {
  const folder = await mkdtemp(join(tmpdir(), "mf-bench-"));
  const open: Backlog[] = [];
  return {
    async open(cards) {
      const backlog = await filled(await embeddedDriver(join(folder, String(open.length))), cards);
      open.push(backlog);
      return backlog;
    },
    async [Symbol.asyncDispose]() {
      for (const backlog of open) await backlog[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function serverStores(): Promise<Stores> {
  const server = await postgresServer({ durable: true, settings: ["max_wal_size=4GB"] });
  const open: Backlog[] = [];
  return {
    async open(cards) {
      const connection = parseConnection(server.url(await server.database()));
      const backlog = await filled(serverDriver(connection, 1), cards);
      open.push(backlog);
      return backlog;
    },
    async [Symbol.asyncDispose]() {
      for (const backlog of open) await backlog[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
