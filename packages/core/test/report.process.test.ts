import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mosaicHome, parseAgentName, parseHeartbeat, parseTurnEvents } from "@mosaic/fleet-model";
import { createRun, type RunResult } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { readHeartbeat } from "../src/heartbeat-file.ts";
import { reportVariables } from "../src/launch/reporting.ts";
import { sampleContext } from "./sample.ts";

const SUPPORT = `${import.meta.dirname.replace(/packages\/core\/test$/, "framework")}/runtime`;
const AGENT = parseAgentName("coder0");
const PID = 4242;

/** The files of one agent, and the script that its runtime's hooks call. */
async function reporting(): Promise<
  AsyncDisposable & {
    readonly folder: string;
    report(word: string, event?: Readonly<Record<string, unknown>>): Promise<RunResult>;
    heartbeat(): Promise<Record<string, unknown>>;
    told(): Promise<string[]>;
    record(): Promise<unknown>;
  }
> {
  const folder = await mkdtemp(join(tmpdir(), "mf-report-"));
  const home = mosaicHome(folder);
  const context = { ...sampleContext(), home };
  const facts = { agent: AGENT, tenantId: "t", runtime: "claude", pid: PID, cwd: '/srv/my "work"' };
  const variables = reportVariables(context, {
    ...facts,
    intervalMs: 5_000,
    contract: "abc",
    sessionId: null,
  });
  const run = createRun({ PATH: process.env.PATH, LC_ALL: "C", ...variables });
  await rm(home.run, { recursive: true, force: true });
  await run(["mkdir", "-p", home.run]);
  return {
    folder,
    report: (word, event = {}) =>
      run(["sh", `${SUPPORT}/report.sh`, word], {
        stdin: `${JSON.stringify({ session_id: "s1", ...event })}\n`,
      }),
    heartbeat: async () => ({ ...parseHeartbeat(await readFile(home.heartbeat(AGENT), "utf8")) }),
    told: async () =>
      parseTurnEvents(await readFile(home.events(AGENT), "utf8").catch(() => "")).map(
        ({ event, id }) => `${event} ${id ?? "-"}`,
      ),
    record: async () =>
      JSON.parse(await readFile(home.conversation(AGENT), "utf8").catch(() => "null")) as unknown,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const message = (id: string): string => `[far:lead -> here:coder0 #${id}] do it\n[x -> y #no] "quoted" \\`;

test("a turn is busy until it is done, and its events carry the message's id", async () => {
  await using agent = await reporting();
  await agent.report("started", { source: "startup" });
  expect(await agent.heartbeat()).toMatchObject({
    state: "idle",
    pid: PID,
    contract: "abc",
    session_id: "s1",
  });
  await agent.report("prompt", { prompt_id: "p1", transcript_path: "/t.jsonl", prompt: message("m1") });
  expect(await agent.heartbeat()).toMatchObject({ state: "busy", reason: null });
  expect(await agent.record()).toEqual({
    version: 1,
    runtime: "claude",
    cwd: '/srv/my "work"',
    session_id: "s1",
    transcript: "/t.jsonl",
  });
  await agent.report("done");
  expect(await agent.heartbeat()).toMatchObject({ state: "idle" });
  expect(await agent.told()).toEqual(["turn-start m1", "turn-end -"]);
});

test.for([
  ["what a person types", "hello #m1] x", "-"],
  ["a header that is not at the beginning", ` ${message("m1")}`, "-"],
  ["a header without an id", "[a -> b] hi", "-"],
  ["an id with what no id has", "[a -> b #m$1] hi", "-"],
  [
    "a long paste in a tag of claude's",
    `\n\n<pasted_content id="1a98">\n${message("m1")}\n</pasted_content>`,
    "m1",
  ],
  [
    "a long paste that waits for its turn",
    `<pasted_content id="bb01">\n${message("m1")}\n</pasted_content id="bb01">`,
    "m1",
  ],
] as const)("the id of %s", async ([, prompt, id]) => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt });
  expect(await agent.told()).toEqual([`turn-start ${id}`]);
});

test("a message of the turn that runs is queued, and taken when that turn is done", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m2") });
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m3") });
  expect((await agent.told()).slice(1)).toEqual(["queued m2", "queued m3"]);
  await agent.report("done");
  expect((await agent.told()).slice(3)).toEqual(["turn-end -", "turn-start m2", "turn-start m3"]);
  expect(await agent.heartbeat()).toMatchObject({ state: "idle" });
});

test("while messages wait in claude's queue, the end of a turn is the beginning of the next", async () => {
  await using agent = await reporting();
  const transcript = join(agent.folder, "t.jsonl");
  const queue = (operation: string): string => `{"type":"queue-operation","operation":"${operation}"}\n`;
  await writeFile(transcript, queue("enqueue").repeat(2));
  for (const id of ["m1", "m2", "m3"]) await agent.report("prompt", { prompt_id: "p1", prompt: message(id) });
  await agent.report("done", { transcript_path: transcript });
  expect(await agent.heartbeat()).toMatchObject({ state: "busy" });
  expect((await agent.told()).slice(3)).toEqual(["turn-end -", "turn-start m2"]);
  await writeFile(transcript, queue("enqueue").repeat(2) + queue("dequeue").repeat(2));
  await agent.report("done", { transcript_path: transcript });
  expect(await agent.heartbeat()).toMatchObject({ state: "idle" });
  expect((await agent.told()).slice(5)).toEqual(["turn-end -", "turn-start m3"]);
});

test("behind an interrupt, which nothing reports, the next message begins a turn", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  await agent.report("prompt", { prompt_id: "p2", prompt: message("m2") });
  expect(await agent.told()).toEqual(["turn-start m1", "turn-start m2"]);
});

test("a question blocks with its text, whatever is in it, until its tool has run", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  const command = `rm "a b" 'c' \\ é $(id) ${"x".repeat(3_000)}`;
  await agent.report("blocked", { tool_name: "Bash", tool_input: { command, description: "d" } });
  const blocked = await agent.heartbeat();
  expect(blocked).toMatchObject({ state: "blocked" });
  expect(String(blocked.reason)).toContain(`Bash: rm "a b" 'c' \\ é $(id) xxx`);
  await agent.report("busy");
  expect(await agent.heartbeat()).toMatchObject({ state: "busy", reason: null });
});

test("a turn that failed is done, and what it failed with stands there until the next", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  const said = `API Error: 429 {"error":"a \\"b"}\nresets 5pm · é`;
  await agent.report("failed", { error: "rate_limit", last_assistant_message: said, prompt_id: "p1" });
  expect(await agent.heartbeat()).toMatchObject({
    state: "idle",
    reason: `rate_limit: ${said.replace("\n", " ")}`,
  });
  expect((await agent.told()).at(-1)).toBe("turn-end -");
  await agent.report("prompt", { prompt_id: "p2", prompt: message("m2") });
  expect(await agent.heartbeat()).toMatchObject({ state: "busy", reason: null });
});

test("a turn that failed before one that waits is none to complain of", async () => {
  await using agent = await reporting();
  const transcript = join(agent.folder, "t.jsonl");
  await writeFile(transcript, '{"type":"queue-operation","operation":"enqueue"}\n');
  for (const id of ["m1", "m2"]) await agent.report("prompt", { prompt_id: "p1", prompt: message(id) });
  await agent.report("failed", { error: "overloaded", transcript_path: transcript });
  expect(await agent.heartbeat()).toMatchObject({ state: "busy", reason: null });
});

test("a cleared conversation is told, and a restart does not go on with it", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  await agent.report("done");
  await agent.report("started", { source: "clear", session_id: "s2" });
  expect(await agent.heartbeat()).toMatchObject({ state: "idle", session_id: "s2" });
  expect((await agent.told()).at(-1)).toBe("cleared -");
  expect(await agent.record()).toBeNull();
});

test("a compacted conversation goes on", async () => {
  await using agent = await reporting();
  await agent.report("prompt", { prompt_id: "p1", prompt: message("m1") });
  await agent.report("started", { source: "compact" });
  expect(await agent.heartbeat()).toMatchObject({ state: "busy" });
  expect(await agent.record()).not.toBeNull();
});

test("it says nothing and never fails, also where it cannot write", async () => {
  await using agent = await reporting();
  await rm(join(agent.folder, "fleet/run"), { recursive: true });
  const nowhere = await createRun({ PATH: process.env.PATH })(["sh", `${SUPPORT}/report.sh`, "done"]);
  for (const result of [await agent.report("prompt", { prompt: message("m1") }), nowhere])
    expect(result).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(await readdir(join(agent.folder, "fleet"))).toEqual([]);
});

test("the watcher keeps a report fresh, makes none, and ends with its process", async () => {
  await using agent = await reporting();
  await agent.report("started");
  const home = mosaicHome(agent.folder);
  const path = home.heartbeat(AGENT);
  const before = readHeartbeat(path)?.ts ?? 0;
  const run = createRun({ PATH: process.env.PATH });
  const watched = await run(
    ["sh", "-c", `sleep 2 & exec sh '${SUPPORT}/watch.sh' $! '${path}' '${home.events(AGENT)}' 0.2`],
    { timeoutMs: 20_000 },
  );
  expect(watched).toMatchObject({ exitCode: 0, stderr: "" });
  await waitFor(async () => (readHeartbeat(path)?.ts ?? 0) > before + 1_000, {
    what: "a fresher report",
  });
  await rm(path);
  await run([
    "sh",
    "-c",
    `sleep 0.5 & exec sh '${SUPPORT}/watch.sh' $! '${path}' '${home.events(AGENT)}' 0.1`,
  ]);
  expect(existsSync(path)).toBe(false);
});
