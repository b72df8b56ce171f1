import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { failure, fleetWorld } from "./fleet-world.ts";

/** What the recorder writes where a program begins. */
const FRESH = "\u001bc";

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

test("logs -f prints every line once also where the recording makes room for itself", async () => {
  await using world = await fleetWorld();
  const last = 700_000;
  await world.roster([
    { name: "counter", command: `sleep 3; seq -f 'line %.0f' ${String(last)}; exec sleep 600` },
  ]);
  await world.mosaic("fleet", "apply");
  const follow = world.start("fleet", "logs", "counter", "-f");
  const raw = world.start("fleet", "logs", "counter", "-f", "--raw");
  const end = `line ${String(last)}`;
  for (const one of [follow, raw])
    await waitFor(() => one.stdout().includes(end), { what: "the last line", deadlineMs: 50_000 });
  for (const one of [follow, raw]) {
    one.child.kill("SIGTERM");
    expect(await one.end).toEqual({ exitCode: 0, signal: null });
  }
  expect((await stat(`${world.home}/fleet/run/log/counter.log.1`)).size).toBeGreaterThan(4_000_000);
  const all = Array.from({ length: last }, (_, i) => `line ${String(i + 1)}`);
  // Of so many a difference is told by its place.
  for (const told of [
    lines(follow.stdout()),
    lines(raw.stdout().replaceAll("\r", "").replaceAll(FRESH, "")),
  ]) {
    expect(told.findIndex((line, at) => line !== all[at])).toBe(-1);
    expect(told.length).toBe(last);
  }
});

test("a program that draws its screen anew is read as a person would have read it", async () => {
  await using world = await fleetWorld();
  const rows = "for row in $(seq $top $((top+37))); do printf 'line %s\\033[K\\r\\n' $row; done";
  const drawing = `printf '\\033[H'; ${rows}; printf 'composer %s\\033[K' $top`;
  const draw = `printf '\\033[?1049h'; for top in $(seq 1 60); do ${drawing}; done; exec sleep 600`;
  await world.roster([{ name: "drawer", command: draw }]);
  await world.mosaic("fleet", "apply");
  const logged = async (): Promise<string> => (await world.mosaic("fleet", "logs", "drawer")).stdout;
  await waitFor(async () => (await logged()).includes("composer 60"), { what: "the last drawing" });
  const all = Array.from({ length: 97 }, (_, i) => `line ${String(i + 1)}`);
  expect(await logged()).toBe(`${[...all, "composer 60"].join("\n")}\n`);
  const raw = await world.mosaic("fleet", "logs", "drawer", "--raw");
  expect(raw.stdout.match(/composer 1\b/g)).toHaveLength(1);
  expect(raw.stdout).toContain("\u001b[?1049h");
  expect((await world.mosaic("fleet", "logs", "drawer", "--raw", "--json")).exitCode).toBe(2);
});

test("a stream that is too long makes room, and nothing between the two files is lost", async () => {
  await using world = await fleetWorld();
  const path = `${world.server.tmpdir}/log/x.log`;
  const script = `${import.meta.dirname}/../../../framework/tools/fleet/record-pane.sh`;
  const text = Array.from({ length: 200_000 }, (_, i) => `line ${String(i)}`).join("\n");
  await world.run(["sh", script, path, "1000000"], { stdin: text });
  const kept = `${await readFile(`${path}.1`, "utf8")}${await readFile(path, "utf8").catch(() => "")}`;
  expect(`${FRESH}${text}`.endsWith(kept)).toBe(true);
  expect(kept.length).toBeGreaterThan(1_000_000);
});

test("a stream that makes room on the alternate screen says so in the new file", async () => {
  await using world = await fleetWorld();
  const path = `${world.server.tmpdir}/log/x.log`;
  const script = `${import.meta.dirname}/../../../framework/tools/fleet/record-pane.sh`;
  const record = async (text: string): Promise<string> => {
    await world.run(["sh", script, path, "1000"], { stdin: text });
    return readFile(path, "utf8").catch(() => "");
  };
  expect(await record(`\u001b[?1049h${"x".repeat(2000)}`)).toBe("\u001b[?47h");
  expect(await record(`\u001b[?1049h${"x".repeat(2000)}\u001b[?1049l`)).toBe("");
});

test("the last lines of a long stream are found on the screen that it was on, also of an agent that is gone", async () => {
  await using world = await fleetWorld();
  await world.roster(["drawer"]);
  await mkdir(`${world.home}/fleet/run/log`, { recursive: true });
  const drawing = (_: unknown, top: number): string =>
    `\u001b[H${Array.from({ length: 38 }, (_, row) => `line ${String(top + row)}\u001b[K\r\n`).join("")}composer`;
  const drawings = Array.from({ length: 5_000 }, drawing);
  await writeFile(
    `${world.home}/fleet/run/log/drawer.log.1`,
    `\u001b[?1049h${drawings.slice(0, 4_999).join("")}`,
  );
  await writeFile(`${world.home}/fleet/run/log/drawer.log`, `\u001b[?47h${drawings.at(-1) ?? ""}`);
  const { stdout } = await world.mosaic("fleet", "logs", "drawer", "-n", "1000");
  expect(stdout.split("\n")).toEqual([
    ...Array.from({ length: 999 }, (_, i) => `line ${String(4_038 + i)}`),
    "composer",
    "",
  ]);
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
