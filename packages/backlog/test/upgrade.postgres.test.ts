import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { test } from "vitest";
import { parseConnection } from "../src/connection.ts";
import { serverDriver } from "../src/server-driver.ts";
import { expectUpgrade } from "./upgrade.ts";

test("a server's store of the first schema is brought to this one", async () => {
  const server = await postgresServer();
  const driver = serverDriver(parseConnection(server.url(await server.database())), 2);
  await expectUpgrade(driver, () => server[Symbol.asyncDispose]());
});
