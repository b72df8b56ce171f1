import { existsSync } from "node:fs";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { events, fleetWorld, json, type FleetWorld } from "./fleet-world.ts";

/** Two homes on one host, of one user, each with a tmux server of its own; the first knows an agent of the second. */
async function twoHomes(): Promise<{ first: FleetWorld; second: FleetWorld } & AsyncDisposable> {
  const first = await fleetWorld();
  const second = await fleetWorld({ env: { TMUX_TMPDIR: first.server.tmpdir } });
  await first.roster(["lead", { name: "far", socket: second.server.socket }]);
  await second.roster(["far", "other"]);
  await first.mosaic("fleet", "apply");
  await second.mosaic("fleet", "apply");
  return {
    first,
    second,
    async [Symbol.asyncDispose]() {
      await first.mosaic("store", "stop");
      await second[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
    },
  };
}
const turns = async (world: FleetWorld, agent: string): Promise<readonly (string | null)[]> =>
  (await events(world, agent)).filter(({ event }) => event === "turn-start").map(({ id }) => id);

test("an agent under another socket is sent to by the home that started it", async () => {
  await using homes = await twoHomes();
  const { first, second } = homes;
  const sent = await first.mosaicWith(
    { stdin: "x".repeat(5_000) },
    "agent",
    "send",
    "far",
    "-",
    "--id",
    "m1",
    "--json",
  );
  expect(json(sent)).toMatchObject({ verdict: "accepted", id: "m1" });
  expect(await turns(second, "far")).toEqual(["m1"]);
  expect(existsSync(`${second.home}/fleet/run/inbox/far/m1.md`)).toBe(true);
  expect(existsSync(`${first.home}/fleet/run/inbox/far`)).toBe(false);
  expect((await first.mosaic("agent", "tail", "far")).stdout).toContain("m1.md");
  // Also one that no seat names, and not what no fleet has started.
  const named = await first.mosaic("agent", "send", "other", "-L", second.server.socket, "-m", "x", "--json");
  expect(json(named).verdict).toBe("accepted");
  await first.run(["tmux", "-L", second.server.socket, "new-session", "-d", "-s", "mine", "--", "cat"]);
  const foreign = await first.mosaic(
    "agent",
    "send",
    "mine",
    "-L",
    second.server.socket,
    "-m",
    "x",
    "--json",
  );
  expect(foreign.exitCode).toBe(1);
  expect(json(foreign).why).toContain("no fleet of this host has started an agent of that name");
});

test("what is queued for an agent that its own home has not started waits until it has", async () => {
  await using homes = await twoHomes();
  const { first, second } = homes;
  await second.mosaic("fleet", "stop", "far");
  const queued = json(
    await first.mosaic("agent", "send", "far", "--queue", "--id", "m1", "-m", "x", "--json"),
  );
  expect(queued).toMatchObject({ verdict: "queued", why: expect.stringContaining("waits in the mailbox") });
  await second.mosaic("fleet", "start", "far");
  await waitFor(async () => (await turns(second, "far")).includes("m1"), {
    what: "the turn",
    deadlineMs: 40_000,
  });
});
