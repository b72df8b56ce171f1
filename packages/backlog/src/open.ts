import type { Backlog, BacklogIdentity } from "./backlog.ts";
import { maskedUrl, parseConnection } from "./connection.ts";
import type { Driver } from "./session.ts";
import { storeError } from "./store-error.ts";

export interface ServerOptions extends BacklogIdentity {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** How many connections are open at once. Default 4. */
  readonly poolSize?: number;
}

export interface EmbeddedOptions extends BacklogIdentity {
  /** Made when it is not there. One process at a time has it open: nothing here checks that. */
  readonly dataDir: string;
  /** Called for every file that must reach the disk. Default `fsync`. */
  readonly sync?: (fd: number) => void;
}

const DEFAULT_POOL = 4;

/**
 * Opens the backlog on a Postgres server and brings its schema up to date. Connections stay open until it is disposed of.
 *
 * @throws {@link BacklogError} `BACKLOG_STORE_*`.
 */
export async function openServerBacklog(options: ServerOptions): Promise<Backlog> {
  const address = maskedUrl(options.url);
  return opened(options, address, async () => {
    // Loaded when used, here and below: most calls ask a service and need neither a store nor its SQL.
    const { serverDriver } = await import("./server-driver.ts");
    return serverDriver(parseConnection(options.url), options.poolSize ?? DEFAULT_POOL);
  });
}

/**
 * Opens the embedded backlog and brings its schema up to date. Closing takes care that the next start is quick; what was
 * acknowledged is on the disk without it. A process that neither closes nor exits stays.
 *
 * @throws {@link BacklogError} `BACKLOG_STORE_*`.
 */
export async function openEmbeddedBacklog(options: EmbeddedOptions): Promise<Backlog> {
  return opened(options, options.dataDir, async () => {
    const { embeddedDriver } = await import("./embedded-driver.ts");
    return embeddedDriver(options.dataDir, options.sync);
  });
}

async function opened(
  identity: BacklogIdentity,
  address: string,
  open: () => Promise<Driver>,
): Promise<Backlog> {
  let driver: Driver | undefined;
  try {
    driver = await open();
    const { migrate } = await import("./migrate.ts");
    const { createBacklog } = await import("./create-backlog.ts");
    await migrate(driver);
    return createBacklog(driver, identity, address);
  } catch (error) {
    await driver?.[Symbol.asyncDispose]();
    throw storeError(error, address);
  }
}
