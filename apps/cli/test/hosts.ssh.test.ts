import { rm, writeFile } from "node:fs/promises";
import type { RunResult } from "@mosaic/fleet-process";
import { sshClient, type SshClient, type SshServer } from "@mosaic/fleet-testkit/sshd";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { events, failure, fleetWorld, json, type FleetWorld } from "./fleet-world.ts";

/** Three homes on one machine, each with a tmux server of its own: this one, and two behind an sshd each. */
let client: SshClient;
let here: FleetWorld;
let oak: FleetWorld;
let elm: FleetWorld;
let elmDoor: SshServer;

/** What a login on that host has. */
const loginOf = ({ home, server }: FleetWorld): Readonly<Record<string, string>> => ({
  HOME: server.tmpdir,
  MOSAIC_HOME: home,
  TMUX_TMPDIR: server.tmpdir,
  // As little as an ssh without a terminal gives.
  PATH: "/usr/local/bin:/usr/bin:/bin",
});

beforeAll(async () => {
  client = await sshClient();
  here = await fleetWorld({ env: { PATH: `${client.bin}:${process.env.PATH ?? ""}` } });
  oak = await fleetWorld();
  elm = await fleetWorld();
  await oak.roster(["code0", "mute0", "down0"]);
  await elm.roster(["code1"]);
  for (const world of [oak, elm]) await world.mosaic("fleet", "apply");
  await oak.mosaic("fleet", "stop", "down0");
  await oak.mosaic("agent", "send", "mute0", "--message", "mute");
  await client.server("oak", { env: loginOf(oak) });
  elmDoor = await client.server("elm", { env: loginOf(elm) });
  await client.nobody("ash");
  await here.roster([
    "lead",
    { name: "code0", host: "oak" },
    { name: "mute0", host: "oak", ssh: "oak" },
    { name: "down0", host: "oak" },
    { name: "code1", host: "elm-label", ssh: "elm" },
    { name: "code2", host: "ash" },
  ]);
  await here.mosaic("fleet", "start", "lead");
}, 120_000);
afterAll(async () => {
  for (const world of [here, oak, elm]) await world[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
});

const send = (agent: string, ...args: readonly string[]): Promise<RunResult> =>
  here.mosaic("agent", "send", agent, ...args, "--json");
const turns = async (world: FleetWorld, agent: string, id: string): Promise<number> =>
  (await events(world, agent)).filter((event) => event.event === "turn-start" && event.id === id).length;

test("a message to an agent on another host has that host's receipt, and arrives as it was given", async () => {
  const text = `it's "quoted" $(touch /tmp/never) \\ %s\n!second line; #{pid}`;
  const sent = await here.mosaicWith(
    { stdin: text },
    "agent",
    "send",
    "code0",
    "-",
    "--id",
    "far-1",
    "--json",
  );
  expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
  expect(json(sent)).toMatchObject({ verdict: "accepted", id: "far-1" });
  expect(json(sent).from).toMatch(/:operator$/);
  expect(await turns(oak, "code0", "far-1")).toBe(1);
  const seen = (await here.mosaic("agent", "tail", "code0")).stdout.replace(/[\s▌]+/g, "");
  expect(seen).toContain(text.replace(/\s+/g, ""));
  // The same id is delivered once, over hosts as well.
  expect(json(await send("code0", "--id", "far-1", "--message", text)).verdict).toBe("accepted");
  expect(await turns(oak, "code0", "far-1")).toBe(1);
});

test("64 KiB travel over standard input and end up in a file over there", async () => {
  const text = "Zeile mit Umlauten äöü. ".repeat(2_800);
  const sent = await here.mosaicWith(
    { stdin: text },
    "agent",
    "send",
    "code1",
    "-",
    "--id",
    "long",
    "--json",
  );
  expect(json(sent).verdict).toBe("accepted");
  const tail = (await here.mosaic("agent", "tail", "code1")).stdout.replace(/\s+/g, "");
  expect(tail).toContain(`${elm.home}/fleet/run/inbox/code1/long.md`);
});

test("not-delivered and unknown come back with their exit codes", async () => {
  const down = await send("down0", "--message", "x");
  expect({ exit: down.exitCode, ...json(down) }).toMatchObject({ exit: 1, verdict: "not-delivered" });
  expect(json(down).why).toContain("not running");
  const mute = await send("mute0", "--message", "x", "--timeout", "1");
  expect({ exit: mute.exitCode, verdict: json(mute).verdict }).toEqual({ exit: 7, verdict: "unknown" });
});

test("an agent is stamped with its own host and name, and what it claims is shown as a claim", async () => {
  const pane = (await here.tmux("display-message", "-p", "-t", "=lead:", "#{pane_pid}")).stdout.trim();
  const env = { PATH: here.env.PATH ?? "", MOSAIC_HOME: here.home, MOSAIC_AGENT_NAME: "lead" };
  const argv = ["env", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)] as const;
  const program = [process.execPath, `${here.home}/fleet/run/bin/mosaic`];
  expect(Number(pane)).toBeGreaterThan(0);
  const sent = await here.run([
    ...argv,
    "sh",
    ...program.slice(1),
    "agent",
    "send",
    "code0",
    "--from",
    "boss",
    "--message",
    "hi",
    "--json",
  ]);
  expect(json(sent).from).toMatch(/^[^:]+:lead claimed:boss$/);
  expect((await here.mosaic("agent", "tail", "code0")).stdout.replace(/\s+/g, "")).toContain(
    ":leadclaimed:boss->",
  );
});

test("an agent that no seat names is reached with -H", async () => {
  const sent = await send("code1", "-H", "elm", "--message", "hello", "--id", "by-h");
  expect(json(sent).verdict).toBe("accepted");
  expect(await turns(elm, "code1", "by-h")).toBe(1);
  const nobody = await send("nobody", "-H", "elm", "--message", "hello");
  expect(nobody.exitCode).toBe(4);
  expect(failure(nobody)).toMatchObject({ code: "AGENT_UNKNOWN", message: expect.stringContaining("elm: ") });
});

test("what is not done for an agent of another host is refused, and the way is named", async () => {
  for (const verb of ["fleet start", "fleet stop", "fleet restart", "agent reset"]) {
    const refused = await here.mosaic(...verb.split(" "), "code1", "--json");
    expect({ verb, exit: refused.exitCode, ...failure(refused) }).toEqual({
      verb,
      exit: 1,
      code: "AGENT_NOT_RUNNING",
      message: "code1 does not run on this host: it lives on elm",
      hint: `Do it there: ssh -t elm mosaic ${verb} code1`,
    });
  }
});

test("every host is shown, and the one that is dead hides no other", async () => {
  const ps = await here.mosaic("fleet", "ps", "--all-hosts", "--json");
  expect(ps.exitCode).toBe(6);
  const shown = JSON.parse(ps.stdout) as {
    agents: { name: string; host: string; readiness: string; rule: string }[];
    hosts: { destination: string; reached: boolean; error: { code: string; message: string } | null }[];
  };
  const readiness = Object.fromEntries(shown.agents.map((agent) => [agent.name, agent.readiness]));
  expect(readiness).toMatchObject({ down0: "dead", code1: "available", code2: "unknown" });
  expect(["available", "working"]).toContain(readiness.lead);
  expect(shown.agents.find(({ name }) => name === "code1")?.host).toBe("elm-label");
  expect(shown.hosts.map(({ destination, reached }) => `${destination} ${String(reached)}`)).toEqual([
    "oak true",
    "elm true",
    "ash false",
  ]);
  expect(shown.hosts[2]?.error).toMatchObject({
    code: "HOST_UNREACHABLE",
    message: "ash cannot be asked: it refuses the connection",
  });
  const text = (await here.mosaic("fleet", "ps", "--all-hosts")).stdout;
  expect(text).toMatch(/^HOST +NAME/);
  expect(text).toContain("UNREACHED ash cannot be asked: it refuses the connection");
});

test("nothing is sent to a host that refuses, and what is queued for it waits here until it is back", async () => {
  const refused = await send("code2", "--message", "x");
  expect({ exit: refused.exitCode, verdict: json(refused).verdict }).toEqual({
    exit: 1,
    verdict: "not-delivered",
  });
  expect(json(refused).why).toContain("ash cannot be asked: it refuses the connection");
  await elmDoor.stop();
  const queued = json(await send("code1", "--queue", "--id", "waits", "--message", "x"));
  expect(queued).toMatchObject({ verdict: "queued", why: expect.stringContaining("waits in the mailbox") });
  await elmDoor.start();
  await waitFor(async () => (await turns(elm, "code1", "waits")) === 1, {
    what: "the turn",
    deadlineMs: 40_000,
  });
});

test("what waits for an agent of another host goes before a newer message", async () => {
  const pause = `${here.home}/fleet/run/PAUSED`;
  await elmDoor.stop();
  await writeFile(pause, "");
  await send("code1", "--queue", "--id", "older", "--message", "x");
  await elmDoor.start();
  expect(json(await send("code1", "--id", "newer", "--message", "x")).verdict).toBe("accepted");
  await rm(pause);
  const taken = (await events(elm, "code1")).flatMap(({ event, id }) => (event === "turn-start" ? [id] : []));
  expect(taken.slice(-2)).toEqual(["older", "newer"]);
});

test("a host whose key has changed, or is not known, is not talked to", async () => {
  await elmDoor.changeKey();
  const changed = json(await send("code1", "--message", "x"));
  expect(changed).toMatchObject({
    verdict: "not-delivered",
    why: expect.stringContaining("its host key has changed"),
  });
  const unknown = json(await send("code1", "-H", "127.0.0.1", "--message", "x"));
  expect(unknown.verdict).toBe("not-delivered");
});

test("a clock that is an hour off changes no verdict, and is said", async () => {
  await client.server("ahead", { env: loginOf(oak), hoursAhead: 1 });
  const sent = json(await send("code0", "-H", "ahead", "--message", "x", "--id", "late"));
  expect(sent).toMatchObject({
    verdict: "accepted",
    why: expect.stringMatching(/the clock of ahead is 3[56]\d\d s ahead/),
  });
  expect(await turns(oak, "code0", "late")).toBe(1);
});

/** Calls the tool as an agent of a host without mosaic on its PATH would. */
const plain = (tool: string, ...args: readonly string[]): Promise<RunResult> =>
  here.run(["env", "-i", `PATH=${client.bin}:/usr/bin:/bin`, `HOME=${here.server.tmpdir}`, tool, ...args]);

test("agent-send.sh without mosaic has the far mosaic send, and gives its receipt and exit code", async () => {
  await elmDoor.stop();
  const tool = `${oak.home}/tools/tmux/agent-send.sh`;
  const text = `it's "quoted" $(touch /tmp/never)`;
  const far = ["-H", "oak", "--json", "--from", "larch:lead"];
  const sent = await plain(tool, "-s", "code0", "-m", text, "--id", "tool-1", ...far);
  expect({ exit: sent.exitCode, ...json(sent) }).toMatchObject({
    exit: 0,
    verdict: "accepted",
    from: "larch:lead",
  });
  expect(await turns(oak, "code0", "tool-1")).toBe(1);
  const down = await plain(tool, "-s", "down0", "-m", text, ...far);
  expect({ exit: down.exitCode, verdict: json(down).verdict }).toEqual({ exit: 1, verdict: "not-delivered" });
  const mute = await plain(tool, "-s", "mute0", "-m", text, "--timeout", "1", ...far);
  expect({ exit: mute.exitCode, verdict: json(mute).verdict }).toEqual({ exit: 7, verdict: "unknown" });
  const refused = await plain(tool, "-s", "code1", "-m", text, "-H", "elm", "--json");
  expect({ exit: refused.exitCode, verdict: json(refused).verdict }).toEqual({
    exit: 1,
    verdict: "not-delivered",
  });
});
