import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { RunResult } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PROGRAM, events, failure, fleetWorld, json, type FleetWorld } from "./fleet-world.ts";

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

test("what is not done for an agent under another socket is refused, and the way is named", async () => {
  await using homes = await twoHomes();
  const { first, second } = homes;
  for (const verb of ["fleet start", "fleet stop", "fleet restart", "agent reset"]) {
    const refused = await first.mosaic(...verb.split(" "), "far", "--json");
    expect({ verb, exit: refused.exitCode, ...failure(refused) }).toEqual({
      verb,
      exit: 1,
      code: "AGENT_NOT_RUNNING",
      message: `far does not run in this fleet: it lives on the tmux socket ${second.server.socket}`,
      hint: `Do it in the Mosaic home that starts it there: mosaic ${verb} far --mosaic-home <that home>`,
    });
  }
  await second.mosaic("fleet", "stop", "far");
  await rm(`${second.home}/fleet/run/log/far.log`);
  for (const verb of ["agent tail", "fleet logs"])
    expect(failure(await first.mosaic(...verb.split(" "), "far", "--json")).message).toContain("it lives on");
});

test.for([
  ["attach", /^far\n$/],
  ["watch", /^_view-far-\S+\n$/],
] as const)("%s finds an agent under another socket", async ([verb, session]) => {
  await using homes = await twoHomes();
  const { first, second } = homes;
  const tmux = (socket: string, ...args: readonly string[]): Promise<RunResult> =>
    first.run(["tmux", "-L", socket, ...args]);
  const call = ["env", "TERM=screen", process.execPath, PROGRAM, "agent", verb, "far"];
  await tmux("terminal", "new-session", "-d", "-s", "t", "--", ...call);
  const looking = async (): Promise<string> =>
    (await tmux(second.server.socket, "list-clients", "-F", "#{session_name}")).stdout;
  await waitFor(async () => session.test(await looking()), { what: looking });
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
