import type { Backlog, Card } from "@mosaic/fleet-backlog";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { lookAtStore } from "../src/store-control.ts";
import { startProgram } from "./program.ts";
import { storeWorld } from "./store-fixture.ts";

const show: Backlog["show"] = ({ id }) => Promise.resolve({ id } as Card); // What is looked at.

/** Lets nothing of this process run. */
const freeze = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

test("who asks a service that was killed before anybody could know is answered by the next one", async () => {
  await using world = await storeWorld();
  const first = startProgram(new URL("./hello-only.ts", import.meta.url), [world.place.socket]);
  await waitFor(async () => (await lookAtStore(world.place)) !== undefined, { what: "the first service" });
  await using backlog = await world.client({
    start: async () => JSON.stringify(await world.serve({ backlog: { show } }).report),
  });
  first.kill();
  freeze(500);
  expect(await backlog.show({ id: "A1" })).toEqual({ id: "A1" });
});
