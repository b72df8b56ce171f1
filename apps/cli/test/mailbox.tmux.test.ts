import { readdir, rm, writeFile } from "node:fs/promises";
import type { RunResult } from "@mosaic/fleet-process";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterEach, expect, test } from "vitest";
import { PROGRAM, events, fleetWorld, json, type FleetWorld } from "./fleet-world.ts";

interface MailRow {
  readonly id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly state: string;
  readonly why: string | null;
  readonly text: string;
  readonly age_seconds: number;
  readonly ttl_seconds: number | null;
}

const worlds: FleetWorld[] = [];
/** A world whose store and courier end with it. */
async function mailWorld(...agents: readonly string[]): Promise<FleetWorld> {
  const world = await fleetWorld({ env: { MOSAIC_STORE_IDLE_SECONDS: "600" } });
  worlds.push(world);
  await world.roster(agents);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    await world.mosaic("fleet", "stop");
    await world[Symbol.asyncDispose]();
  }
});

const queue = (
  world: FleetWorld,
  agent: string,
  id: string,
  ...more: readonly string[]
): Promise<RunResult> =>
  world.mosaic(
    "agent",
    "send",
    agent,
    "--queue",
    "--id",
    id,
    "--message",
    `text of ${id}`,
    ...more,
    "--json",
  );
const inbox = async (world: FleetWorld, agent: string): Promise<readonly MailRow[]> => {
  const result = await world.mosaic("agent", "inbox", agent, "--json");
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return (JSON.parse(result.stdout) as { mail: readonly MailRow[] }).mail; // As documented.
};
const turns = async (world: FleetWorld, agent: string): Promise<readonly (string | null)[]> =>
  (await events(world, agent)).filter(({ event }) => event === "turn-start").map(({ id }) => id);

test("a message to an agent that is down waits, is listed, and is delivered once when it starts", async () => {
  const world = await mailWorld("coder0");
  const sent = await queue(world, "coder0", "m1");
  expect(sent.exitCode).toBe(0);
  expect(json(sent)).toMatchObject({
    verdict: "queued",
    why: expect.stringContaining("waits in the mailbox"),
  });
  // Also when it is sent again meanwhile.
  expect(json(await queue(world, "coder0", "m1")).verdict).toBe("queued");
  expect(json(await queue(world, "coder0", "m2")).verdict).toBe("queued");
  const waiting = await inbox(world, "coder0");
  expect(waiting.map(({ id, state }) => `${id} ${state}`)).toEqual(["m1 queued", "m2 queued"]);
  expect(waiting[0]?.ttl_seconds).toBeGreaterThan(86_000);
  expect((await world.mosaic("agent", "inbox")).stdout).toMatch(/m1 .*:operator .*:coder0 .*queued/);
  await world.mosaic("fleet", "apply");
  await waitFor(async () => (await turns(world, "coder0")).length >= 2, {
    what: "both turns",
    deadlineMs: 30_000,
  });
  await waitFor(async () => (await inbox(world, "coder0")).every(({ state }) => state === "delivered"), {
    what: "the mailbox to say so",
    deadlineMs: 30_000,
  });
  expect(await turns(world, "coder0")).toEqual(["m1", "m2"]);
  expect(json(await queue(world, "coder0", "m1")).verdict).toBe("accepted");
  expect(await turns(world, "coder0")).toEqual(["m1", "m2"]);
  // The courier has ended and left nothing that would start another.
  await waitFor(async () => (await readdir(`${world.home}/fleet/run/mailbox`)).length === 0, {
    what: "the courier's end",
  });
});

test("a message to a blocked agent is delivered when the question is answered", async () => {
  const world = await mailWorld("coder0");
  await world.mosaic("fleet", "apply");
  await world.mosaic("agent", "send", "coder0", "--message", 'block "May I?"');
  await waitFor(async () => (await screen(world.server, "=coder0:")).includes("Allow?"), {
    what: "the dialog",
  });
  expect(json(await queue(world, "coder0", "later")).why).toContain("it is blocked: May I?");
  expect(await turns(world, "coder0")).not.toContain("later");
  await world.tmux("send-keys", "-t", "=coder0:", "y");
  await waitFor(async () => (await turns(world, "coder0")).includes("later"), {
    what: "the turn",
    deadlineMs: 30_000,
  });
});

test("a message that nobody took in time expires, and an agent that sent it is told, once", async () => {
  const world = await mailWorld("lead", "coder0");
  await world.mosaic("fleet", "start", "lead");
  const sent = await world.run(
    [
      "env",
      "MOSAIC_AGENT_NAME=lead",
      process.execPath,
      PROGRAM,
      "agent",
      "send",
      "coder0",
      "--queue",
      "--ttl",
      "2s",
      "--id",
      "m1",
      "--message",
      "x",
    ],
    { timeoutMs: 60_000 },
  );
  expect(sent.stderr).toBe("");
  await waitFor(async () => (await world.mosaic("agent", "tail", "lead")).stdout.includes("has expired"), {
    what: "the notice",
    deadlineMs: 40_000,
  });
  expect(await inbox(world, "coder0")).toMatchObject([{ id: "m1", state: "expired" }]);
  expect((await world.mosaic("agent", "tail", "lead")).stdout).toMatch(/_mailbox -> .*#expired-/);
  await waitFor(async () => (await inbox(world, "lead"))[0]?.state === "delivered", {
    what: "the end of it",
  });
  expect(await turns(world, "lead")).toHaveLength(1);
});

/** Has a message wait behind a draft, which is then submitted. */
async function behindDraft(world: FleetWorld, draft: string, id: string, ttl: string): Promise<void> {
  const pane = "=coder0:";
  await world.tmux("send-keys", "-t", pane, "-l", draft);
  await waitFor(async () => (await screen(world.server, pane)).includes(`› ${draft}`), { what: "the draft" });
  expect(json(await queue(world, "coder0", id, "--ttl", ttl)).why).toContain("a draft stands");
  await world.tmux("send-keys", "-t", pane, "Enter");
}
const settled = (world: FleetWorld): Promise<MailRow> =>
  waitFor(async () => (await inbox(world, "coder0")).find(({ state }) => state !== "queued"), {
    what: "its end",
    deadlineMs: 40_000,
  });

test("a message that a busy agent holds when its time runs out has not expired", async () => {
  const world = await mailWorld("coder0");
  await world.mosaic("fleet", "apply");
  await behindDraft(world, "slow 20s", "m1", "8s");
  expect(await settled(world)).toMatchObject({ state: "delivered", why: "the agent reported queued" });
  await waitFor(async () => (await turns(world, "coder0")).includes("m1"), {
    what: "the turn",
    deadlineMs: 30_000,
  });
  expect(await inbox(world, "operator")).toEqual([]);
});

test("the notice of a message that was typed says so", async () => {
  const world = await mailWorld("coder0");
  await world.mosaic("fleet", "apply");
  await behindDraft(world, "mute", "m1", "8s");
  expect(await settled(world)).toMatchObject({ state: "expired" });
  const notice = await waitFor(async () => (await inbox(world, "operator"))[0], { what: "the notice" });
  expect(notice.text).toContain("It was typed, and no turn with it was seen: look before you send it again.");
});

test("the notice of an operator's message waits in the operator's own mailbox", async () => {
  const world = await mailWorld("coder0");
  await queue(world, "coder0", "m1", "--ttl", "1s");
  const notice = await waitFor(async () => (await inbox(world, "operator"))[0], {
    what: "the notice",
    deadlineMs: 30_000,
  });
  expect(notice).toMatchObject({
    state: "queued",
    text: expect.stringMatching(/#m1 to .*:coder0 has expired/),
  });
});

test("what waits for an agent that is removed has failed, and its sender is told", async () => {
  const world = await mailWorld("coder0", "coder1");
  await queue(world, "coder0", "m1");
  await queue(world, "coder1", "m2");
  const removed = await world.mosaic("fleet", "remove", "coder0");
  expect({ exit: removed.exitCode, ...(await inbox(world, "operator"))[0] }).toMatchObject({
    exit: 0,
    text: expect.stringMatching(/^Your message #m1 to \S+:coder0 has failed: its agent was removed\. /),
  });
  const all = JSON.parse((await world.mosaic("agent", "inbox", "--json")).stdout) as { mail: MailRow[] }; // As documented.
  expect(all.mail.slice(0, 2)).toMatchObject([
    { id: "m1", state: "failed", why: "its agent was removed" },
    { id: "m2", state: "queued" },
  ]);
});

test("a paused fleet delivers nothing that waits, until it goes on", async () => {
  const world = await mailWorld("coder0");
  await queue(world, "coder0", "m1");
  await writeFile(`${world.home}/fleet/run/PAUSED`, "");
  await world.mosaic("fleet", "apply");
  expect((await world.mosaic("agent", "deliver")).stderr).toBe("Nothing was delivered.\n");
  expect(await turns(world, "coder0")).toEqual([]);
  await rm(`${world.home}/fleet/run/PAUSED`);
  await waitFor(async () => (await turns(world, "coder0")).includes("m1"), {
    what: "the turn",
    deadlineMs: 30_000,
  });
});
