import { appendFile, mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { fingerprint } from "@mosaic/fleet-model";
import { createRun, type RunResult } from "@mosaic/fleet-process";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PROGRAM, events, failure, fleetWorld, json, pids, type FleetWorld } from "./fleet-world.ts";

const PANE = "=coder0:";
const send = (world: FleetWorld, ...args: readonly string[]): Promise<RunResult> =>
  world.mosaic("agent", "send", "coder0", ...args, "--json");
const turns = async (world: FleetWorld): Promise<readonly (string | null)[]> =>
  (await events(world, "coder0")).filter(({ event }) => event === "turn-start").map(({ id }) => id);

/** What a composer that is slower than its send leaves behind: the text, and the record that it was typed. */
async function leaveDraft(world: FleetWorld, id: string): Promise<void> {
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const { coder0: pid = 0 } = await pids(world);
  const host = json(await send(world, "--id", "zero", "--message", "hello")).from.split(":")[0] ?? "";
  const text = `[${host}:operator -> ${host}:coder0 #${id}] text of ${id}`;
  const record = `${id} ${String(pid)} ${fingerprint(text.replace(/[^!-~]+/g, ""))}\n`;
  await appendFile(`${world.home}/fleet/run/coder0.typed`, record);
  await world.tmux("set-buffer", "-b", "late", text);
  await world.tmux("paste-buffer", "-p", "-r", "-d", "-b", "late", "-t", PANE);
  await waitFor(async () => (await screen(world.server, PANE)).includes(`› [${host}`), { what: "the draft" });
}

test("a text that came too late into the composer is submitted by the next send, which goes behind it", async () => {
  await using world = await fleetWorld();
  await leaveDraft(world, "first");
  expect(json(await send(world, "--id", "second", "--message", "the next")).verdict).toMatch(
    /accepted|queued/,
  );
  await waitFor(async () => (await turns(world)).length === 3, { what: "both turns" });
  expect(await turns(world)).toEqual(["zero", "first", "second"]);
});

test("the same message again submits the text that stands there, and is delivered once", async () => {
  await using world = await fleetWorld();
  await leaveDraft(world, "first");
  expect(json(await send(world, "--id", "first", "--message", "text of first")).verdict).toBe("accepted");
  expect(await turns(world)).toEqual(["zero", "first"]);
  expect(await screen(world.server, PANE)).not.toMatch(/› \S/);
});

test("a text of ours to which a person has added something is theirs, and is not submitted", async () => {
  await using world = await fleetWorld();
  await leaveDraft(world, "first");
  await world.tmux("send-keys", "-t", PANE, "-l", " but wait");
  await waitFor(async () => (await screen(world.server, PANE)).includes("but wait"), {
    what: "the addition",
  });
  const sent = json(await send(world, "--message", "the next"));
  expect(sent).toMatchObject({ verdict: "not-delivered", why: expect.stringContaining("a draft stands") });
  expect(await turns(world)).toEqual(["zero"]);
});

test("a message that was typed and of which no turn was seen is not typed again under its id", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await send(world, "--message", "mute");
  const args = ["--id", "once", "--message", "are you there?", "--timeout", "1"];
  expect(json(await send(world, ...args)).verdict).toBe("unknown");
  expect(json(await send(world, ...args))).toMatchObject({
    verdict: "unknown",
    why: expect.stringContaining("not typed again"),
  });
  const seen = (await world.tmux("capture-pane", "-p", "-J", "-S", "-", "-t", PANE)).stdout;
  expect(seen.split("\n").filter((line) => line.startsWith("▌") && line.includes("#once]"))).toHaveLength(1);
});

test("what a person types at the same moment is never submitted, and no verdict is false", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const ids = Array.from({ length: 6 }, (_, i) => `m${String(i)}`);
  for (const id of ids) {
    const stop = new AbortController();
    const person = (async (): Promise<void> => {
      while (!stop.signal.aborted) await world.tmux("send-keys", "-t", PANE, "-l", "h");
    })();
    const sent = json(await send(world, "--id", id, "--message", "x", "--timeout", "2"));
    stop.abort();
    await person;
    const arrived = (await turns(world)).includes(id);
    expect({ id, verdict: sent.verdict, arrived }).toEqual({
      id,
      verdict: sent.verdict,
      arrived: ["accepted", "queued"].includes(sent.verdict),
    });
    await world.tmux("send-keys", "-t", PANE, "C-c");
    await waitFor(async () => /^›$/m.test(await screen(world.server, PANE)), { what: "an empty composer" });
  }
  // A turn without an id would be the person's own draft.
  expect((await turns(world)).filter((id) => id === null)).toEqual([]);
});

test("a message to a program that ends in the middle is not called taken, and its id can be sent again", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const { coder0: pid = 0 } = await pids(world);
  // It reports no turn: nobody can count on what it has taken.
  await send(world, "--message", "mute");
  const sending = send(world, "--id", "late", "--message", "x", "--timeout", "4");
  await waitFor(
    async () =>
      (await readFile(`${world.home}/fleet/run/coder0.typed`, "utf8").catch(() => "")).includes("late"),
    { what: "the typing" },
  );
  process.kill(pid, "SIGKILL");
  // Before Enter it has certainly not got it; behind it nobody knows.
  expect(["not-delivered", "unknown"]).toContain(json(await sending).verdict);
  await world.mosaic("fleet", "apply");
  expect(json(await send(world, "--id", "late", "--message", "x")).verdict).toBe("accepted");
});

test("an answer that cannot be written is one sentence, and nobody is told to send again", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const shell = createRun({ ...world.env, NODE: process.execPath, MOSAIC: PROGRAM });
  const line = '"$NODE" "$MOSAIC" agent send coder0 --message hello --id full >/dev/full';
  const sent = await shell(["bash", "-c", line]);
  expect(sent.exitCode).toBe(7);
  expect(sent.stderr).toMatch(
    /^mosaic: the answer could not be written: .*\n {2}What was asked for may have been done.*\n$/,
  );
  expect(await turns(world)).toEqual(["full"]);
});

test("a text that is given twice, and a file that is not there", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const twice = await world.mosaic("agent", "send", "coder0", "-m", "x", "-");
  expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("the text is given twice") });
  const missing = await send(world, "--file", "/nowhere");
  expect({ exit: missing.exitCode, code: failure(missing).code }).toEqual({ exit: 4, code: "INPUT_MISSING" });
});

test("long messages make room in the inbox folder, the oldest first", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const folder = `${world.home}/fleet/run/inbox/coder0`;
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < 205; i++) {
    await writeFile(`${folder}/old${String(i)}.md`, "x");
    await utimes(`${folder}/old${String(i)}.md`, i, i);
  }
  await world.mosaicWith({ stdin: "y".repeat(5_000) }, "agent", "send", "coder0", "-", "--id", "new");
  const kept = await readdir(folder);
  expect(kept).toHaveLength(200);
  expect(kept).toEqual(expect.arrayContaining(["new.md", "old204.md"]));
  expect(kept).not.toContain("old5.md");
});
