import { setTimeout as pause } from "node:timers/promises";
import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { expect, test } from "vitest";
import { openServerBacklog } from "../src/open.ts";
import { identity } from "./identity.ts";

test("who asked in vain while the server was away is answered as soon as it is back", async () => {
  await using server = await postgresServer({ durable: true });
  await using backlog = await openServerBacklog({ url: server.url("postgres"), poolSize: 1, ...identity });
  await server.stop("immediate");
  // A driver that waits longer after each of them waits up to 20 seconds after these.
  for (let n = 0; n < 12; n++)
    await expect(backlog.stats()).rejects.toMatchObject({ code: "BACKLOG_STORE_UNAVAILABLE" });
  await server.start();
  expect(await Promise.race([backlog.stats(), pause(9_000, "no answer")])).toMatchObject({ cards: 0 });
});
