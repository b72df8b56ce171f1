import { maskedUrl, parseConnection } from "./connection.ts";
import { storeError } from "./store-error.ts";

/**
 * Asks a Postgres server whether it can hold, or holds, a backlog. Changes nothing.
 *
 * @returns The version of the backlog's schema; 0 where there is none yet.
 * @throws {@link BacklogError} `BACKLOG_STORE_*`, `BACKLOG_INVALID` for what is no URL.
 */
export async function lookAtServer(url: string): Promise<number> {
  const connection = parseConnection(url);
  try {
    // Loaded when used: whoever has the embedded store does not wait for the server's driver.
    const { serverDriver } = await import("./server-driver.ts");
    const { schemaOf } = await import("./migrate.ts");
    await using driver = serverDriver(connection, 1);
    return await schemaOf(driver);
  } catch (error) {
    throw storeError(error, maskedUrl(url));
  }
}
