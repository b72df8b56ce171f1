import { readFile, stat } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { failure, fleetWorld } from "./fleet-world.ts";

const lines = (stdout: string): readonly string[] =>
  stdout.split("\n").filter((line) => line.startsWith("line "));

test("what a pane prints is recorded, also over a restart, for its owner only", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "counter", command: "for i in 1 2 3; do echo line $i; done; exec sleep 600" }]);
  await world.mosaic("fleet", "apply");
  const logged = async (): Promise<string> => (await world.mosaic("fleet", "logs", "counter")).stdout;
  await waitFor(async () => lines(await logged()).length === 3, { what: "the lines" });
  await world.mosaic("fleet", "restart", "counter");
  await waitFor(async () => lines(await logged()).length === 6, { what: "the lines of the second start" });
  expect((await world.mosaic("fleet", "logs", "counter", "-n", "1")).stdout).toBe("line 3\n");
  const file = await stat(`${world.home}/fleet/run/log/counter.log`);
  expect(file.mode & 0o777).toBe(0o600);
});

test("a home whose path means something to tmux and to a shell is recorded in as well", async () => {
  await using world = await fleetWorld({ home: "a#{pid}%H it's $HOME;" });
  await world.roster([{ name: "counter", command: "echo line 1; exec sleep 600" }]);
  await world.mosaic("fleet", "apply");
  await waitFor(async () => (await world.mosaic("fleet", "logs", "counter")).stdout.includes("line 1"), {
    what: "the line",
  });
});

test("logs -f prints every line once", async () => {
  await using world = await fleetWorld();
  const count = "sleep 3; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done; exec sleep 600";
  await world.roster([{ name: "counter", command: count }]);
  await world.mosaic("fleet", "apply");
  const follow = world.start("fleet", "logs", "counter", "-f");
  await waitFor(() => follow.stdout().includes("line 3000"), { what: "the last line", deadlineMs: 30_000 });
  follow.child.kill("SIGTERM");
  expect(await follow.end).toEqual({ exitCode: 0, signal: null });
  expect(lines(follow.stdout())).toEqual(Array.from({ length: 3000 }, (_, i) => `line ${String(i + 1)}`));
});

test("a stream that is too long makes room, and nothing between the two files is lost", async () => {
  await using world = await fleetWorld();
  const path = `${world.server.tmpdir}/log/x.log`;
  const script = `${import.meta.dirname}/../../../framework/tools/fleet/record-pane.sh`;
  const text = Array.from({ length: 200_000 }, (_, i) => `line ${String(i)}`).join("\n");
  await world.run(["sh", script, path, "1000000"], { stdin: text });
  const kept = `${await readFile(`${path}.1`, "utf8")}${await readFile(path, "utf8").catch(() => "")}`;
  expect(text.endsWith(kept)).toBe(true);
  expect(kept.length).toBeGreaterThan(1_000_000);
});

test("an agent that never ran has no log", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  const logs = await world.mosaic("fleet", "logs", "coder0", "--json");
  expect({ exit: logs.exitCode, code: failure(logs).code }).toEqual({ exit: 4, code: "LOG_MISSING" });
});

test("a recorder whose disk is full, and then gone, ends with its pane", async () => {
  await using world = await fleetWorld();
  const folder = `${world.server.tmpdir}/log`;
  const script = `mkdir "$1" && ln -s /dev/full "$1/x.log"
    { echo one; sleep 0.3; rm -r "$1"; echo two; } | timeout 10 sh "$2" "$1/x.log"`;
  const recorder = `${import.meta.dirname}/../../../framework/tools/fleet/record-pane.sh`;
  expect(await world.run(["sh", "-c", script, "sh", folder, recorder])).toMatchObject({ exitCode: 0 });
});
