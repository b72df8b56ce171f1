import { setTimeout as pause } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { events, failure, fleetWorld, json, pids, type FleetWorld } from "./fleet-world.ts";
import { STATES, sendsTo, type State } from "./send-states.ts";
import { canarySubject } from "./send-subject.ts";

const EACH = 12;

const send = async (
  world: FleetWorld,
  agent: string,
  ...args: readonly string[]
): ReturnType<FleetWorld["mosaic"]> => world.mosaic("agent", "send", agent, ...args, "--json");
const turnsOf = async (world: FleetWorld, agent: string, id: string): Promise<number> =>
  (await events(world, agent)).filter((event) => event.event === "turn-start" && event.id === id).length;

test.for(Object.keys(STATES) as State[])(
  `${String(EACH)} messages to an agent that is %s give no false verdict`,
  { timeout: 120_000 },
  async (state) => {
    await using subject = await canarySubject();
    expect(await sendsTo(subject, state, EACH)).toMatchObject({ wrong: [], unknown: [] });
  },
);

test("the same id twice is delivered once, and the second receipt says so", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const first = json(await send(world, "coder0", "--message", "once", "--id", "card-7"));
  expect(first).toMatchObject({ verdict: "accepted", id: "card-7" });
  const second = json(await send(world, "coder0", "--message", "once", "--id", "card-7"));
  expect(second).toMatchObject({ verdict: "accepted", why: expect.stringContaining("taken before") });
  expect(await turnsOf(world, "coder0", "card-7")).toBe(1);
  // Also to an agent that was started anew in between.
  await world.mosaic("fleet", "restart", "coder0");
  expect(json(await send(world, "coder0", "--message", "once", "--id", "card-7")).verdict).toBe("accepted");
  expect(await turnsOf(world, "coder0", "card-7")).toBe(1);
});

test("Enter is pressed again where the program did not take it, and the message arrives once", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await send(world, "coder0", "--message", "deaf 2500ms");
  const sent = json(await send(world, "coder0", "--message", "hello", "--id", "m1"));
  expect(sent.verdict).toBe("accepted");
  expect(await turnsOf(world, "coder0", "m1")).toBe(1);
});

test("five senders at once are each delivered exactly once", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  for (let round = 0; round < 3; round++) {
    const ids = Array.from({ length: 5 }, () => randomUUID().slice(0, 8));
    const sent = await Promise.all(
      ids.map((id) => send(world, "coder0", "--id", id, "--message", `slow 50ms`)),
    );
    expect(sent.map((result) => result.exitCode)).toEqual([0, 0, 0, 0, 0]);
    for (const result of sent) expect(["accepted", "queued"]).toContain(json(result).verdict);
    for (const id of ids)
      await waitFor(async () => (await turnsOf(world, "coder0", id)) === 1, { what: `the turn of ${id}` });
  }
});

test("a long text goes to a file in the inbox and is named in one line", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const text = `# A long brief\n${"Zeile mit Umlauten äöü und 家. ".repeat(2_200)}`;
  expect(text.length).toBeGreaterThan(65_536);
  const result = await world.mosaicWith(
    { stdin: text },
    "agent",
    "send",
    "coder0",
    "-",
    "--id",
    "long-1",
    "--json",
  );
  expect(json(result).verdict).toBe("accepted");
  const path = `${world.home}/fleet/run/inbox/coder0/long-1.md`;
  expect(await readFile(path, "utf8")).toBe(`${text.trim()}\n`);
  expect((await world.mosaic("agent", "tail", "coder0", "-n", "60")).stdout.replace(/\s/g, "")).toContain(
    path.replace(/\s/g, ""),
  );
});

test.for([
  ["one byte", "x"],
  ["a shell command", "!rm -rf /"],
  ["a slash command", "/clear"],
  ["a mention at the end", "look at @file"],
  ["several lines", "one\n\n  two\n\tthree"],
  ["escape sequences", "a\u001b[201~\r\nb\u001b]0;title\u0007"],
  ["scripts and joined emoji", "שלום 家 👩‍👩‍👧 e\u0301"],
  ["what tmux reads", "#{pid} #(touch /tmp/never) ;"],
  ["2,000 characters", "x".repeat(2_000)],
] as const)("%s arrives as one turn", async ([, text]) => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const result = await world.mosaicWith(
    { stdin: text },
    "agent",
    "send",
    "coder0",
    "-",
    "--id",
    "it",
    "--json",
  );
  expect(json(result).verdict).toBe("accepted");
  const turns = (await events(world, "coder0")).filter(({ event }) => event === "turn-start");
  expect(turns.map(({ id }) => id)).toEqual(["it"]);
  expect((await events(world, "coder0")).some(({ event }) => event === "cleared")).toBe(false);
});

test("an empty message, an id or a time to live that is none are usage errors, and nothing is typed", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  for (const args of [
    ["--message", " \n "],
    ["--message", "x", "--id", "#1"],
  ]) {
    const result = await send(world, "coder0", ...args);
    expect(result.exitCode).toBe(2);
    expect(failure(result).code).toBe("MESSAGE_INVALID");
  }
  for (const [args, why] of [
    [["--queue", "--ttl", "0s"], "above 0 and at most 30d"],
    [["--queue", "--ttl", "31d"], "above 0 and at most 30d"],
    [["--ttl", "1h"], "--ttl is for what waits: give --queue as well"],
  ] as const) {
    const result = await send(world, "coder0", "--message", "x", ...args);
    expect(result.exitCode).toBe(2);
    expect(failure(result).message).toContain(why);
  }
  expect(await events(world, "coder0")).toEqual([]);
});

test("a message to an agent that is just being restarted waits for it", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  const restart = world.mosaic("fleet", "restart", "coder0");
  await waitFor(
    async () => {
      const { coder0 } = await pids(world);
      return coder0 !== undefined && coder0 !== before.coder0;
    },
    { what: "the new session" },
  );
  const sent = json(await send(world, "coder0", "--message", "hello", "--id", "early"));
  expect(sent.verdict).toBe("accepted");
  expect((await restart).exitCode).toBe(0);
  expect(await turnsOf(world, "coder0", "early")).toBe(1);
});

test("a shell that a command leaves in the foreground is not typed into", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "wrapped", command: "sleep 0.2; bash --norc; sleep 1000" }]);
  await world.mosaic("fleet", "apply");
  await waitFor(
    async () =>
      (await world.tmux("list-panes", "-a", "-F", "#{pane_current_command}")).stdout.includes("bash"),
    {
      what: "the shell",
    },
  );
  const marker = `${world.home}/EXECUTED`;
  const sent = await world.mosaic(
    "agent",
    "send",
    "wrapped",
    "--message",
    `hello\ntouch ${marker}`,
    "--json",
  );
  expect(sent.exitCode).toBe(1);
  expect(json(sent)).toMatchObject({
    verdict: "not-delivered",
    why: "a shell is in the foreground of its pane: bash",
  });
  expect(existsSync(marker)).toBe(false);
});

test.for(["cat", "cat; exit 1"])(
  "a runtime that the roster declares as %s is typed into, and nobody knows more",
  async (command) => {
    await using world = await fleetWorld();
    await world.roster([{ name: "mine0", runtime: "mine" }], { runtimes: { mine: { command } } });
    await world.mosaic("fleet", "apply");
    const sent = await world.mosaic("agent", "send", "mine0", "--message", "hello", "--json");
    expect({ exit: sent.exitCode, ...json(sent) }).toMatchObject({
      exit: 7,
      verdict: "unknown",
      why: "this program reports no turns, so there is no evidence to look for",
    });
    await waitFor(async () => (await screen(world.server, "=mine0:")).split("] hello").length > 2, {
      what: "cat's echo",
    });
  },
);

test.for(["mosaic yolo canary", "exec mosaic canary --model x"])(
  "a seat whose command is %s is waited for and talked to as one without",
  async (command) => {
    await using world = await fleetWorld();
    await world.roster([{ name: "own0", command }]);
    const applied = await world.mosaic("fleet", "apply", "--json");
    expect(json(applied).outcomes[0]).toMatchObject({ agent: "own0", result: "ready" });
    expect(json(await send(world, "own0", "--message", "one\ntwo")).verdict).toBe("accepted");
    expect(await screen(world.server, "=own0:")).toContain("▌ two");
    await send(world, "own0", "--message", 'block "May I?"');
    await waitFor(async () => (await screen(world.server, "=own0:")).includes("Allow?"), {
      what: "the dialog",
    });
    expect(json(await send(world, "own0", "--message", "now?"))).toMatchObject({
      verdict: "not-delivered",
      why: "it is blocked: May I?",
    });
  },
);

test("a message that only a gone process had queued is typed again under its id", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("agent", "send", "coder0", "--message", "slow 60s");
  const send = async (): Promise<string> =>
    json(await world.mosaic("agent", "send", "coder0", "--id", "job1", "--message", "important", "--json"))
      .verdict;
  expect(await send()).toBe("queued");
  expect(await send()).toBe("queued");
  await world.mosaic("fleet", "restart", "coder0");
  expect(await send()).toBe("accepted");
  const taken = (await events(world, "coder0")).filter(
    ({ event, id }) => event === "turn-start" && id === "job1",
  );
  expect(taken).toHaveLength(1);
});

test("a send that is interrupted after it typed still prints its receipt: unknown, with the id", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("agent", "send", "coder0", "--message", "mute");
  const sending = world.start(
    "agent",
    "send",
    "coder0",
    "--message",
    "are you there?",
    "--timeout",
    "60",
    "--json",
  );
  await waitFor(
    async () => (await world.mosaic("agent", "tail", "coder0")).stdout.includes("are you there?"),
    {
      what: "the message on the screen",
    },
  );
  sending.child.kill("SIGINT");
  expect((await sending.end).exitCode).toBe(7);
  expect(json({ stdout: sending.stdout() })).toMatchObject({
    verdict: "unknown",
    id: expect.stringMatching(/^\w{12}$/),
  });
});

test("a reset that a busy agent has only queued is unknown, and one of a dead agent has failed", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaic("agent", "send", "coder0", "--message", "slow 60s");
  const busy = await world.mosaic("agent", "reset", "coder0", "--timeout", "1", "--json");
  expect({ exitCode: busy.exitCode, code: failure(busy).code }).toEqual({
    exitCode: 7,
    code: "RESET_UNKNOWN",
  });
  await world.mosaic("fleet", "stop", "coder0");
  const dead = await world.mosaic("agent", "reset", "coder0", "--json");
  expect({ exitCode: dead.exitCode, code: failure(dead).code }).toEqual({
    exitCode: 1,
    code: "RESET_FAILED",
  });
});

test("a repeated send that is interrupted after it pressed Enter prints its receipt as well", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await send(world, "coder0", "--message", "deaf 8s");
  const first = await send(world, "coder0", "--message", "hello", "--id", "m1", "--timeout", "1");
  expect(json(first).verdict).toBe("unknown");
  const again = world.start("agent", "send", "coder0", "--message", "hello", "--id", "m1", "--json");
  await pause(1_500);
  again.child.kill("SIGINT");
  expect(await again.end).toEqual({ exitCode: 7, signal: null });
  expect(JSON.parse(again.stdout())).toMatchObject({ verdict: "unknown", id: "m1" });
});

test("a restart lets a message arrive that is on its way, and one that comes meanwhile waits for it", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await send(world, "coder0", "--message", "deaf 1500ms");
  const under = send(world, "coder0", "--message", "hello", "--id", "m1");
  await waitFor(
    async () => (await readFile(`${world.home}/fleet/run/coder0.typed`, "utf8")).includes("m1 "),
    {
      what: "the text in the pane",
    },
  );
  const before = (await pids(world)).coder0;
  const restarted = world.mosaic("fleet", "restart", "coder0");
  const meanwhile = send(world, "coder0", "--message", "hello again", "--id", "m2");
  expect(json(await under).verdict).toBe("accepted");
  expect((await restarted).exitCode).toBe(0);
  expect(json(await meanwhile).verdict).toBe("accepted");
  expect((await pids(world)).coder0).not.toBe(before);
  expect([await turnsOf(world, "coder0", "m1"), await turnsOf(world, "coder0", "m2")]).toEqual([1, 1]);
});

test("a message that was submitted to a program that then ends without a word is unknown", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await send(world, "coder0", "--message", "mute");
  const under = send(world, "coder0", "--message", "hello", "--id", "m1", "--timeout", "3");
  await waitFor(
    async () => (await readFile(`${world.home}/fleet/run/coder0.typed`, "utf8")).includes("m1 "),
    {
      what: "the text in the pane",
    },
  );
  await waitFor(async () => (await screen(world.server, "=coder0:")).includes("I read “hello”"), {
    what: "the answer",
  });
  const { coder0: pid = 0 } = await pids(world);
  process.kill(pid, "SIGKILL");
  const receipt = json(await under);
  expect(receipt).toMatchObject({ verdict: "unknown", why: expect.stringContaining("ended") });
});
