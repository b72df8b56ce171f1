import { expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { backlogWorld } from "./store-world.ts";

test("a server out of reach is told with its code and the mend, and where it was looked for", async () => {
  const address = "postgres://ada:sesame@127.0.0.1:1/cards";
  await using world = await backlogWorld({ env: { DATABASE_URL: address } });
  const shown = address.replace("sesame", "***");
  const status = await world.mosaic("store", "status");
  expect(status).toMatchObject({ exitCode: 6, stdout: expect.stringContaining(shown) });
  expect(status.stderr).toBe(
    `mosaic: the store ${shown} does not answer (ECONNREFUSED)\n  Start it, or correct its address. Nothing is lost: the same command can be given again.\n`,
  );
  const told = await world.mosaic("store", "status", "--json");
  expect(JSON.parse(told.stdout)).toMatchObject({
    store: "server",
    address: shown,
    trouble: { code: "BACKLOG_STORE_UNAVAILABLE" },
  });
  expect(failure(told)).toMatchObject({ code: "BACKLOG_STORE_UNAVAILABLE" });
});
