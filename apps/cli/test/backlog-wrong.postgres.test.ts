import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backlogWorld, type BacklogWorld } from "./store-world.ts";
import { content, everyState, expectRefusal, wrongCalls } from "./wrong-calls.ts";

let server: PostgresServer;
let fleet: BacklogWorld;
let before: string;
beforeAll(async () => {
  server = await postgresServer();
  fleet = await backlogWorld({ env: { DATABASE_URL: server.url(await server.database()) } });
  await everyState(fleet);
  before = await content(fleet);
}, 100_000);
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test.concurrent.for(wrongCalls)("$what is refused", async (call) => {
  await expectRefusal(fleet, call);
});

test("of all of that nothing was written", async () => {
  expect(await content(fleet)).toBe(before);
});
