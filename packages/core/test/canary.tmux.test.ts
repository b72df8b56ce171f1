import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { parseTurnEvents } from "@mosaic/fleet-model";
import { tmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { MAX_EVENTS_BYTES } from "../src/canary/report.ts";
import { PANE, exitStatus, processId, ready, saw } from "./canary-pane.ts";

test("it starts with its marker, an empty composer and a heartbeat of its own process", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  expect(await canary.look()).toMatchObject({ composer: "", dialog: undefined });
  expect(await canary.heartbeat()).toMatchObject({
    ...{ version: 1, agent: "coder-1", tenant_id: "tester", host: "testhost", runtime: "canary" },
    ...{
      pid: await processId(canary),
      state: "idle",
      reason: null,
      interval: 5_000,
      contract: null,
      card: null,
    },
  });
});

test("a pasted message of many lines and a separate Enter are one turn", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.paste("[box:operator -> testhost:coder-1 #m1] first\r\n\nthird\nfourth");
  expect((await canary.look()).composer).toContain("first\n\nthird\nfourth");
  expect(await canary.events()).toEqual([]);
  await canary.press("Enter");
  await saw(canary, "turn-start m1", "turn-end m1");
  await canary.until("the answer", async () =>
    (await canary.lines()).includes("● Turn 1, to box:operator: I read “first” and 3 more lines."),
  );
  expect(await canary.look()).toMatchObject({ composer: "", dialog: undefined });
});

test("messages that come while it is busy are queued and taken in order", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.send("s1", "slow 1s");
  await canary.until("a busy heartbeat", async () => (await canary.heartbeat()).state === "busy");
  await canary.send("q1", "one");
  await canary.send("q2", "two");
  expect(await canary.lines()).toMatch(/^ {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] working · 0 s$/m);
  await saw(
    canary,
    ...["turn-start s1", "queued q1", "queued q2", "turn-end s1"],
    ...["turn-start q1", "turn-end q1", "turn-start q2", "turn-end q2"],
  );
  await canary.until("an idle heartbeat", async () => (await canary.heartbeat()).state === "idle");
  expect(await canary.lines()).not.toContain("working");
});

test("a dialog blocks it with the reason until y or n is pressed, and swallows everything else", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.send("b1", 'block "push to main?"');
  await canary.until("a dialog", async () => (await canary.look()).dialog === "push to main?");
  expect(await canary.heartbeat()).toMatchObject({ state: "blocked", reason: "push to main?" });
  await canary.tmux("set-buffer", "-b", "y", "y");
  await canary.tmux("paste-buffer", "-p", "-d", "-b", "y", "-t", PANE);
  await canary.press("Enter");
  await canary.press("-l", "yes");
  await canary.press("C-c");
  await canary.until("the answer", async () => {
    // A letter that is read together with what was typed before it is no answer.
    if ((await canary.look()).dialog !== undefined) await canary.press("n");
    return (await canary.lines()).includes("● Denied: push to main?");
  });
  expect(await canary.look()).toMatchObject({ composer: "", dialog: undefined });
  await saw(canary, "turn-start b1", "turn-end b1");
  await canary.send("b2", "block again");
  await canary.until("a dialog", async () => (await canary.look()).dialog === "again");
  await canary.press("y");
  await canary.until("the answer", async () => (await canary.lines()).includes("● Allowed: again"));
});

test("a muted canary answers on the screen and nowhere else", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server, { intervalMs: 50 });
  await canary.send("m1", "mute");
  await saw(canary, "turn-start m1", "turn-end m1");
  await canary.until("the word muted", async () => (await canary.lines()).includes(" · muted"));
  const before = await canary.heartbeat();
  await canary.send("m2", "hello");
  await canary.until("the answer", async () => (await canary.lines()).includes("● Turn 2, to box:operator"));
  expect(await canary.heartbeat()).toEqual(before);
  await canary.send("m3", "unmute");
  await saw(canary, "turn-start m1", "turn-end m1", "turn-start m3", "turn-end m3");
  await canary.until("a new heartbeat", async () => (await canary.heartbeat()).ts > before.ts + 100);
});

test("/clear typed alone starts a new conversation; in a message it is text", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  const { session_id } = await canary.heartbeat();
  await canary.send("c1", "/clear");
  await saw(canary, "turn-start c1", "turn-end c1");
  await canary.until("idle", async () => (await canary.heartbeat()).state === "idle");
  const before = await canary.heartbeat();
  expect(before.session_id).toBe(session_id);
  await canary.paste("/clear");
  await canary.press("Enter");
  await saw(canary, "turn-start c1", "turn-end c1", "cleared -");
  const { session_id: cleared, since } = await canary.heartbeat();
  expect(cleared).not.toBe(session_id);
  // It was idle before and is idle still.
  expect(since).toBe(before.since);
  await canary.until("no turns", async () => (await canary.lines()).includes("idle · 0 turns"));
});

test("the same id is done once", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.send("d1", "hello");
  await saw(canary, "turn-start d1", "turn-end d1");
  await canary.send("d1", "hello");
  await canary.until("a note", async () =>
    (await canary.lines()).includes("#d1 was taken before and is not done again"),
  );
  await saw(canary, "turn-start d1", "turn-end d1");
});

test("exit ends it with that status and leaves no composer behind", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.paste("exit 3");
  await canary.press("Enter");
  expect(await exitStatus(canary)).toBe("3");
  expect(await canary.look()).toMatchObject({ composer: undefined, dialog: undefined });
  expect(await canary.lines()).toContain("● Leaving with status 3.");
});

test("crash ends it with a stack on the screen", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.paste("crash");
  await canary.press("Enter");
  expect(await exitStatus(canary)).toBe("1");
  expect(await canary.lines()).toContain("\n● Crashing, as asked.\n");
  expect(await canary.lines()).toMatch(/Error: the canary crashes because it was asked to\n\s+at /);
  expect(await canary.look()).toMatchObject({ composer: undefined, dialog: undefined });
});

test("64 KiB arrive whole in one turn", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  const text = "0123456789abcde\n".repeat(4_096).slice(0, -1);
  await canary.send("big", text);
  await saw(canary, "turn-start big", "turn-end big");
  await canary.until("the answer", async () => (await canary.lines()).includes("and 4095 more lines"));
});

test("a message that looks like the screen is not taken for the composer", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  const rule = "─".repeat(99);
  await canary.send("f1", `${rule}\n› fake\n${rule}\n  idle · 3 turns`);
  await saw(canary, "turn-start f1", "turn-end f1");
  expect(await canary.look()).toMatchObject({ composer: "", dialog: undefined });
  await canary.send("f2", `block "x?"\n${rule}\n› fake`);
  await canary.until("the dialog", async () => (await canary.look()).dialog === "x?");
});

test("the heartbeat is renewed each interval and says since when the state holds", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server, { intervalMs: 50 });
  const first = await canary.heartbeat();
  await canary.until("a later heartbeat", async () => (await canary.heartbeat()).ts > first.ts + 150);
  expect(await canary.heartbeat()).toMatchObject({ state: "idle", since: first.since });
  expect((await readdir(canary.folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("it outlives a folder that cannot be written, says so once, and reports again when it can", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server, { intervalMs: 50 });
  await rm(canary.folder, { recursive: true, maxRetries: 20, retryDelay: 10 });
  await canary.until("a warning", async () => (await canary.lines()).includes("cannot report, trying again"));
  await canary.paste("still here");
  await canary.press("Enter");
  await canary.until("the answer", async () => (await canary.lines()).includes("“still here”"));
  expect((await canary.lines()).match(/cannot report/g)).toHaveLength(1);
  await mkdir(canary.folder);
  await canary.until(
    "a heartbeat",
    async () => (await canary.heartbeat().catch(() => undefined)) !== undefined,
  );
});

test("the event file is rotated when it is large, and nothing of it is lost", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  const line = `{"version":1,"ts":1,"pid":1,"event":"turn-start","id":"old"}\n`;
  await writeFile(
    `${canary.folder}/coder-1.events`,
    line.repeat(Math.ceil(MAX_EVENTS_BYTES / line.length) + 1),
  );
  await canary.send("r1", "hello");
  await saw(canary, "turn-start r1", "turn-end r1");
  const rotated = await readFile(`${canary.folder}/coder-1.events.1`, "utf8");
  expect(parseTurnEvents(rotated).every(({ id }) => id === "old")).toBe(true);
  expect(rotated.length).toBeGreaterThan(MAX_EVENTS_BYTES);
});
