import { basename, dirname } from "node:path";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import {
  PROGRAM,
  failure,
  fileOf,
  fleetWorld,
  json,
  rows,
  sessions,
  type FleetWorld,
} from "./fleet-world.ts";

/** Everything that could tell that a session was touched. */
const FACTS =
  "#{session_id} #{session_name} #{session_created} #{session_attached} #{window_width}x#{window_height} #{pane_pid} #{pane_dead} #{history_size}";
const factsOf = async (world: FleetWorld, socket: string, session: string): Promise<string> =>
  (await world.server.run(["tmux", "-L", socket, "list-panes", "-s", "-t", `=${session}`, "-F", FACTS]))
    .stdout;
const startOn = (
  world: FleetWorld,
  socket: string,
  session: string,
  ...command: readonly string[]
): ReturnType<FleetWorld["run"]> =>
  world.server.run(["tmux", "-L", socket, "new-session", "-d", "-s", session, "--", ...command]);

test("a foreign session with an agent's name is a conflict and left alone, and the other agents start", async () => {
  await using world = await fleetWorld();
  const { socket } = world.server;
  await world.roster(["coder0", "coder1", "lead"]);
  await startOn(world, socket, "coder1", "sh");
  const before = await factsOf(world, socket, "coder1");
  expect(before).not.toBe("");
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(5);
  expect(failure(result).code).toBe("SESSION_FOREIGN");
  expect(json(result).outcomes.map(({ agent, result: what }) => [agent, what])).toEqual([
    ["coder0", "ready"],
    ["coder1", "failed"],
    ["lead", "ready"],
  ]);
  expect((await rows(world)).map(({ flags }) => flags)).toEqual([[], ["FOREIGN"], []]);
  const status = await world.mosaic("fleet", "status", "--json");
  expect(status.exitCode).toBe(1);
  expect(json(status).agents).toMatchObject([
    { state: "running" },
    { state: "foreign" },
    { state: "running" },
  ]);
  for (const verb of [
    ["fleet", "restart", "coder1"],
    ["fleet", "stop", "coder1"],
    ["fleet", "start", "coder1"],
  ])
    expect((await world.mosaic(...verb)).exitCode).toBe(5);
  const sent = await world.mosaic("agent", "send", "coder1", "--message", "exit", "--json");
  expect(json(sent)).toMatchObject({
    verdict: "not-delivered",
    why: "its session was not started by this fleet",
  });
  for (const verb of ["tail", "reset"])
    expect((await world.mosaic("agent", verb, "coder1")).exitCode).not.toBe(0);
  expect((await world.mosaic("fleet", "down")).exitCode).toBe(0);
  expect(await factsOf(world, socket, "coder1")).toBe(before);
  expect(await sessions(world)).toEqual(["coder1"]);
});

test("foreign sessions on our socket and on the default one survive every verb", async () => {
  await using world = await fleetWorld();
  const { socket } = world.server;
  await world.roster(["a", "a-2", "a1"]);
  // Names that begin with an agent's name, and a whole fleet's names on the default server.
  const foreign = ["a-", "a10", "mine"].map((name) => [socket, name] as const);
  const decoys = ["a", "a-2", "_holder"].map((name) => ["default", name] as const);
  for (const [where, name] of [...foreign, ...decoys]) await startOn(world, where, name, "sleep", "600");
  const all = (): Promise<string[]> =>
    Promise.all([...foreign, ...decoys].map(([where, name]) => factsOf(world, where, name)));
  const before = await all();
  expect(before.every((facts) => facts !== "")).toBe(true);
  for (const verb of [
    ["fleet", "apply"],
    ["agent", "send", "a", "--message", "hello"],
    ["agent", "tail", "a"],
    ["agent", "reset", "a-2"],
    ["fleet", "ps"],
    ["fleet", "restart", "a"],
    ["fleet", "stop", "a"],
    ["fleet", "start", "a"],
    ["fleet", "down"],
  ])
    expect(await world.mosaic(...verb), verb.join(" ")).toMatchObject({ exitCode: 0 });
  expect(await all()).toEqual(before);
  expect(await sessions(world)).toEqual(["a-", "a10", "mine"]);
});

test("stop and restart reach exactly the agent that is named", async () => {
  await using world = await fleetWorld();
  const names = ["a", "a-2", "a1", "a10"];
  await world.roster(names);
  await world.mosaic("fleet", "apply");
  await world.mosaic("fleet", "stop", "a");
  expect(await sessions(world)).toEqual(["_holder", "a-2", "a1", "a10"]);
  // Its session is gone: now a prefix match would reach another.
  expect(json(await world.mosaic("fleet", "stop", "a", "--json")).outcomes[0]).toMatchObject({
    action: "nothing",
  });
  expect(json(await world.mosaic("agent", "send", "a", "--message", "x", "--json")).verdict).toBe(
    "not-delivered",
  );
  expect(await sessions(world)).toEqual(["_holder", "a-2", "a1", "a10"]);
  expect((await world.mosaic("agent", "tail", "a")).exitCode).toBe(1);
});

test("another home's fleet on the same server is foreign through and through", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  const other = `${world.server.tmpdir}/other`;
  await world.run(["mkdir", "-p", `${other}/fleet`]);
  await world.run(["cp", `${world.home}/fleet/roster.yaml`, `${other}/fleet/roster.yaml`]);
  const applied = await world.mosaic("fleet", "apply", "--mosaic-home", other, "--json");
  expect(applied.exitCode).toBe(5);
  expect((await world.mosaic("fleet", "down", "--mosaic-home", other)).exitCode).toBe(0);
  expect(await sessions(world)).toEqual(["_holder", "coder0"]);
  await world.roster(["coder1"]);
  await world.run(["cp", `${world.home}/fleet/roster.yaml`, `${other}/fleet/roster.yaml`]);
  const holder = await world.mosaic("fleet", "apply", "--mosaic-home", other, "--json");
  expect(holder.exitCode).toBe(5);
  expect(failure(holder)).toMatchObject({
    message: expect.stringContaining("_holder"),
    hint: expect.stringContaining("tmux.holder_session"),
  });
});

test("a home that is reached by another path, through a link, is the same home", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const link = `${world.server.tmpdir}/link`;
  await world.run(["ln", "-s", dirname(world.home), link]);
  const linked = `${link}/${basename(world.home)}`;
  expect((await world.mosaic("fleet", "apply", "--mosaic-home", linked)).exitCode).toBe(0);
  const [before] = await rows(world);
  expect(before).toMatchObject({ flags: [], readiness: "available" });
  for (const home of [linked, world.home]) {
    const again = await world.mosaic("fleet", "apply", "--mosaic-home", home, "--json");
    expect(json(again).outcomes).toMatchObject([{ agent: "coder0", action: "nothing" }]);
  }
  expect((await world.mosaic("fleet", "down", "--mosaic-home", linked)).exitCode).toBe(0);
  expect((await sessions(world)).join()).toBe("");
});

/** Types a command line into a pane of the operator's own tmux server, where `$TMUX` is set, and waits for its end. */
async function insidePane(world: FleetWorld): Promise<(line: string) => Promise<string>> {
  const run = createRun({ ...world.env, NODE: process.execPath, MOSAIC: PROGRAM });
  await run(["tmux", "-L", "operator", "new-session", "-d", "-s", "decoy", "--", "sh"]);
  let calls = 0;
  return async (line) => {
    const out = `${world.server.tmpdir}/out-${String(calls++)}`;
    const shell = `test -n "$TMUX" && { ${line}; } > '${out}.part' 2>&1; echo "exit $?" >> '${out}.part'; mv '${out}.part' '${out}'`;
    await run(["tmux", "-L", "operator", "send-keys", "-t", "=decoy:", "-l", shell]);
    await run(["tmux", "-L", "operator", "send-keys", "-t", "=decoy:", "Enter"]);
    return fileOf(out);
  };
}

test("inside a pane of another tmux server the fleet is the same, and that server is not touched", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0", "decoy"]);
  const typed = await insidePane(world);
  const facts = async (): Promise<string> =>
    (await factsOf(world, "operator", "decoy")).replace(/ \d+$/m, "");
  const before = await facts();
  expect(await typed('"$NODE" "$MOSAIC" fleet apply')).toMatch(/2 ready\.\nexit 0\n$/);
  expect(await sessions(world)).toEqual(["_holder", "coder0", "decoy"]);
  expect(await typed('"$NODE" "$MOSAIC" agent send coder0 --message hello')).toMatch(
    /^accepted[^]*exit 0\n$/,
  );
  expect(await typed('"$NODE" "$MOSAIC" fleet ps --json')).toContain('"readiness":"available"');
  expect(await typed('"$NODE" "$MOSAIC" fleet down')).toMatch(/2 stopped\.\nexit 0\n$/);
  await waitFor(async () => (await sessions(world)).join() === "", { what: "the end of the fleet's server" });
  expect(await facts()).toBe(before);
});

test("a roster without a socket means tmux's default server, also inside a pane of another", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"], { tmux: {} });
  const typed = await insidePane(world);
  expect(await typed('"$NODE" "$MOSAIC" fleet apply')).toMatch(/1 ready\.\nexit 0\n$/);
  const on = async (socket: string): Promise<string> =>
    (await world.server.run(["tmux", "-L", socket, "list-sessions", "-F", "#{session_name}"])).stdout;
  expect(await on("default")).toBe("_holder\ncoder0\n");
  expect(await on("operator")).toBe("decoy\n");
  expect(await typed('"$NODE" "$MOSAIC" agent send coder0 --message hello')).toMatch(
    /^accepted[^]*exit 0\n$/,
  );
});
