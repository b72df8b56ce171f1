import { afterAll, beforeAll, expect, test } from "vitest";
import { backlogWorld, type BacklogWorld } from "./store-world.ts";
import { content, everyState, expectRefusal, wrongCalls } from "./wrong-calls.ts";

let fleet: BacklogWorld;
let before: string;
beforeAll(async () => {
  fleet = await backlogWorld();
  await everyState(fleet);
  before = await content(fleet);
}, 100_000);
afterAll(() => fleet[Symbol.asyncDispose]());

test.concurrent.for(wrongCalls)("$what is refused", async (call) => {
  await expectRefusal(fleet, call);
});

test("of all of that nothing was written", async () => {
  expect(await content(fleet)).toBe(before);
});
