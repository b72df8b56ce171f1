import { chmod, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PROGRAM, failure, fleetWorld, json, pids, rows, sessions } from "./fleet-world.ts";

test("a missing roster is not found, and the mend is the command that makes one", async () => {
  await using world = await fleetWorld();
  for (const verb of [
    ["fleet", "ps"],
    ["fleet", "apply"],
    ["fleet", "down"],
    ["agent", "send", "a", "--message", "x"],
  ]) {
    const result = await world.mosaic(...verb, "--json");
    expect(result).toMatchObject({ exitCode: 4, stdout: "" });
    expect(failure(result)).toMatchObject({
      code: "ROSTER_MISSING",
      hint: expect.stringContaining("fleet init"),
    });
  }
});

test("an unknown agent is not found before anything runs, and the nearest is named", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0", "coder1", "lead"]);
  for (const verb of [
    ["fleet", "start", "lead", "codr1"],
    ["fleet", "stop", "codr1"],
    ["fleet", "explain", "codr1"],
    ["agent", "send", "codr1", "--message", "x"],
    ["agent", "tail", "codr1"],
    ["agent", "reset", "codr1"],
  ]) {
    const result = await world.mosaic(...verb, "--json");
    expect(result).toMatchObject({ exitCode: 4, stdout: "" });
    expect(failure(result)).toMatchObject({
      code: "AGENT_UNKNOWN",
      hint: expect.stringMatching(/^Did you mean coder1/),
    });
  }
  expect((await rows(world)).map(({ readiness }) => readiness)).toEqual(["dead", "dead", "dead"]);
});

test("a misspelt key is an invalid roster: its place and the nearest key are named, and nothing runs", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const path = `${world.home}/fleet/roster.yaml`;
  const good = await readFile(path, "utf8");
  await writeFile(path, "version: 1\nagents:\n  - name: coder0\n    runtime: canary\n    modle_hint: x\n");
  const result = await world.mosaic("fleet", "apply", "--json");
  expect(result.exitCode).toBe(3);
  expect(failure(result)).toMatchObject({ code: "ROSTER_INVALID" });
  expect(failure(result).message).toContain(`${path}:5:5 agents/0/modle_hint`);
  expect(failure(result).message).toContain("model_hint");
  await writeFile(path, good);
});

test("a tmux server that dies between two calls is dead agents, and the next apply brings all back", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead", "coder0"]);
  await world.mosaic("fleet", "apply");
  await world.tmux("kill-server");
  const text = await world.mosaic("fleet", "ps");
  expect(text).toMatchObject({ exitCode: 0, stderr: "" });
  expect((await rows(world)).map(({ readiness, flags }) => [readiness, flags])).toEqual([
    ["dead", ["DEAD"]],
    ["dead", ["DEAD"]],
  ]);
  expect((await world.mosaic("fleet", "verify")).exitCode).toBe(1);
  const sent = await world.mosaic("agent", "send", "coder0", "--message", "x", "--json");
  expect(sent.exitCode).toBe(1);
  expect(json(sent).verdict).toBe("not-delivered");
  expect(await world.mosaic("fleet", "down")).toMatchObject({ exitCode: 0, stdout: "Nothing to do.\n" });
  expect((await world.mosaic("fleet", "apply")).stdout).toBe("2 ready.\n");
});

test("a socket folder of another user is forbidden, and nothing is started", async () => {
  if (process.getuid?.() !== 0) throw new Error("This test gives a folder to another user: run it as root.");
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const folder = `${world.server.tmpdir}/tmux-0`;
  await mkdir(folder, { mode: 0o700 });
  await chown(folder, 65_534, 65_534);
  for (const verb of [["ps"], ["apply"], ["down"]]) {
    const result = await world.mosaic("fleet", ...verb, "--json");
    expect(result.exitCode).toBe(6);
    expect(failure(result)).toMatchObject({
      code: "TMUX_FORBIDDEN",
      hint: expect.stringContaining("the user who owns the tmux server"),
    });
  }
  await chown(folder, 0, 0);
});

test("a server of another user on our socket is forbidden, and goes on untouched", async () => {
  if (process.getuid?.() !== 0) throw new Error("This test acts as another user: run it as root.");
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.tmux("new-session", "-d", "-s", "theirs", "--", "sleep", "600");
  const { home, server } = world;
  // Everything is open to the other user but the server itself.
  for (const path of [server.tmpdir, `${server.tmpdir}/tmux-0`, home, `${home}/fleet`])
    await chmod(path, 0o777);
  const socket = `${server.tmpdir}/tmux-65534`;
  await mkdir(socket, { mode: 0o700 });
  await chown(socket, 65_534, 65_534);
  await world.run(["ln", `${server.tmpdir}/tmux-0/${server.socket}`, `${socket}/${server.socket}`]);
  const result = await world.run([
    ...(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const),
    ...[process.execPath, PROGRAM, "fleet", "ps", "--json"],
  ]);
  expect(result.exitCode).toBe(6);
  expect(failure(result).code).toBe("TMUX_FORBIDDEN");
  for (const path of [server.tmpdir, `${server.tmpdir}/tmux-0`]) await chmod(path, 0o700);
  expect(await sessions(world)).toEqual(["theirs"]);
});

test("a shell in the place of an agent is DRIFT, nothing is typed into it, and apply mends it", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0", "lead"]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  await world.tmux("respawn-pane", "-k", "-t", "=coder0:", "sh");
  const [coder0] = await waitFor(
    async () => {
      const found = await rows(world);
      return found[0]?.flags.includes("DRIFT") === true ? found : undefined;
    },
    { what: "the flag DRIFT" },
  );
  expect(coder0).toMatchObject({
    readiness: "unknown",
    remarks: ["DRIFT: the pane runs sh, the roster says canary"],
  });
  const sent = await world.mosaic("agent", "send", "coder0", "--message", "touch /tmp/never", "--json");
  expect(sent.exitCode).toBe(1);
  expect(json(sent)).toMatchObject({ verdict: "not-delivered", why: "its pane runs sh, not canary" });
  expect((await world.tmux("capture-pane", "-p", "-t", "=coder0:")).stdout).not.toContain("never");
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  const after = await pids(world);
  expect(after.lead).toBe(before.lead);
  expect((await rows(world)).map(({ flags }) => flags)).toEqual([[], []]);
});

test.for([
  ["no such command", ["flet"]],
  ["no such verb", ["fleet", "aply"]],
  ["no such option", ["fleet", "ps", "--jsno"]],
  ["a missing argument", ["agent", "tail"]],
  ["no text at all", ["agent", "send", "coder0"]],
  ["two texts", ["agent", "send", "coder0", "-", "--message", "x"]],
  ["a time that is none", ["fleet", "apply", "--timeout", "soon"]],
  ["a terminal where there is none", ["agent", "attach", "coder0"]],
] as const)("%s is a usage error, also as a line of JSON", async ([, args]) => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const text = await world.mosaic(...args);
  expect(text).toMatchObject({ exitCode: 2, stdout: "" });
  expect(text.stderr).toContain("error: ");
  const result = await world.mosaic(...args, "--json");
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  const last = result.stderr.trim().split("\n").at(-1) ?? "";
  expect(failure({ stderr: last })).toMatchObject({ code: "USAGE", message: expect.stringMatching(/\w/) });
});
