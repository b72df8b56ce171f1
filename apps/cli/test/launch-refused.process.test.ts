import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, type RunResult } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PROGRAM, failure } from "./fleet-world.ts";

interface Home extends AsyncDisposable {
  readonly folder: string;
  mosaic(...args: readonly string[]): Promise<RunResult>;
  mosaicWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<RunResult>;
}

/** A user with nothing but a program of these names, which prints its arguments. */
async function userWith(...programs: readonly string[]): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), "mf-user-"));
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "work"));
  for (const name of programs) {
    await writeFile(join(folder, "bin", name), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    await chmod(join(folder, "bin", name), 0o755);
  }
  const mosaicWith = (
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<RunResult> =>
    createRun({ HOME: folder, MOSAIC_HOME: join(folder, "mosaic"), PATH: join(folder, "bin"), ...env })(
      [process.execPath, PROGRAM, ...args],
      { cwd: join(folder, "work") },
    );
  return {
    folder,
    mosaicWith,
    mosaic: (...args) => mosaicWith({ ANTHROPIC_API_KEY: "k" }, ...args),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("a runtime that is not installed is a sentence with the mend, and exit code 78", async () => {
  await using user = await userWith();
  const refused = await user.mosaic("yolo", "claude", "--json");
  expect(refused).toMatchObject({ exitCode: 78, stdout: "" });
  expect(refused.stderr).toContain("npm install --global @anthropic-ai/claude-code");
});

test("a runtime that nobody logged in to is not started, and exit code 77 says so", async () => {
  await using user = await userWith("claude", "codex");
  for (const runtime of ["claude", "codex"]) {
    const refused = await user.mosaicWith({}, runtime);
    expect(refused).toMatchObject({ exitCode: 77, stdout: "" });
    expect(refused.stderr).toContain(`${runtime} is not logged in`);
  }
  await mkdir(join(user.folder, ".codex"));
  await writeFile(join(user.folder, ".codex/auth.json"), "{}");
  expect((await user.mosaicWith({}, "codex")).exitCode).toBe(0);
});

test.for([
  [["yolo", "claude", "--permission-mode", "plan"], "yolo skips every permission already"],
  [["yolo", "claude", "--permission-mode=plan"], "yolo skips every permission already"],
  [["claude", "--resume", "x"], "so that a restart goes on with it"],
  [["claude", "--settings={}"], "it carries the hooks"],
  [["claude", "-r"], "so that a restart goes on with it"],
  [["claude", "-cd"], "so that a restart goes on with it"],
  [["claude", "--system-prompt-snapshot=on"], "it carries the role contract"],
  [["claude", "--bg"], "the agent lives in its terminal"],
  [["yolo", "codex", "-a", "never"], "yolo skips every permission already"],
  [["yolo", "codex", "-c", "approval_policy=never"], "yolo skips every permission already"],
  [["codex", "-c", "developer_instructions=x"], "it carries the role contract"],
  [["codex", "--config=developer_instructions=x"], "it carries the role contract"],
  [["codex", "-chooks.Stop=[]"], "it carries the hooks"],
  [["codex", "--disable", "hooks"], "it turns the hooks off"],
] as const)("mosaic %s is refused with the reason", async ([args, why]) => {
  await using user = await userWith("claude", "codex");
  const refused = await user.mosaic(...args);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toContain(why);
});

test.for([
  ["a layer that names it", "CONSTITUTION.md", "You are who SOUL.md says.\n"],
  ["an overlay that names it", "TOOLS.local.md", "Read SOUL.md twice."],
  ["an overlay of it", "SOUL.local.md", "Be terse.\n"],
] as const)("%s asks for SOUL.md: nothing starts without one", async ([, layer, text]) => {
  await using user = await userWith("claude");
  const home = join(user.folder, "mosaic");
  await mkdir(home);
  await writeFile(join(home, layer), text);
  for (const soul of [undefined, " \n"]) {
    if (soul !== undefined) await writeFile(join(home, "SOUL.md"), soul);
    const refused = await user.mosaic("claude", "--json");
    expect(refused).toMatchObject({ exitCode: 78, stdout: "" });
    expect(refused.stderr).toContain(
      `${home}/SOUL.md is missing or empty, and ${layer} beside it asks for it`,
    );
  }
  expect((await user.mosaic("compose-contract", "claude")).exitCode).toBe(78);
  await writeFile(join(home, "SOUL.md"), "You are kind.\n");
  expect((await user.mosaic("claude")).exitCode).toBe(0);
});

test("a home that does not ask for SOUL.md starts without one", async () => {
  await using user = await userWith("claude");
  await mkdir(join(user.folder, "mosaic"));
  await writeFile(join(user.folder, "mosaic/USER.md"), "She plays soul music; see soul.md.\n");
  expect((await user.mosaic("claude")).exitCode).toBe(0);
});

test("a contract that is too long for codex is a sentence with the mend, and exit code 78", async () => {
  await using user = await userWith("codex");
  await mkdir(join(user.folder, "mosaic"));
  await writeFile(join(user.folder, "mosaic/USER.md"), "a word\n".repeat(20_000));
  const refused = await user.mosaicWith({ OPENAI_API_KEY: "none" }, "codex", "--json");
  expect({ exit: refused.exitCode, code: failure(refused).code }).toEqual({
    exit: 78,
    code: "CONTRACT_TOO_LONG",
  });
});

test("a setting that mosaic does not use itself goes on to codex", async () => {
  await using user = await userWith("codex");
  const { stdout } = await user.mosaicWith({ OPENAI_API_KEY: "none" }, "codex", "-c", "model=x");
  expect(stdout.split("\n").slice(-3, -1)).toEqual(["-c", "model=x"]);
});

test("what mosaic does not know goes on to the runtime, and behind -- everything", async () => {
  await using user = await userWith("claude");
  const args = ["--model", "opus", "--permission-mode", "plan", "--", "--settings"];
  const started = await user.mosaic("claude", ...args);
  const lines = started.stdout.split("\n");
  expect(started.exitCode).toBe(0);
  expect(lines).toEqual(expect.arrayContaining(["--model", "opus"]));
  expect(lines.slice(-5, -1)).toEqual(["--permission-mode", "plan", "--", "--settings"]);
});

test("first-run dialogs are answered for this folder, which is said aloud, once", async () => {
  await using user = await userWith("claude");
  const file = join(user.folder, ".claude.json");
  await writeFile(file, '{"theme":"dark"}', { mode: 0o640 });
  const first = await user.mosaic("claude");
  expect(first.stderr).toContain(`claude: the folder ${user.folder}/work is trusted (written to ${file})`);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ theme: "dark" });
  expect((await user.mosaic("claude")).stderr).toBe("");
});

test("a configuration that cannot be read stays as it is, and is named", async () => {
  await using user = await userWith("claude");
  const file = join(user.folder, ".claude.json");
  await writeFile(file, "{broken");
  const refused = await user.mosaic("claude");
  expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(file) });
  expect(await readFile(file, "utf8")).toBe("{broken");
});

test("a change of the runtime's own is waited for, and one that was left behind is not", async () => {
  await using user = await userWith("claude");
  const lock = join(user.folder, ".claude.json.lock");
  await mkdir(lock);
  let ended = false;
  const started = user.mosaic("claude").finally(() => (ended = true));
  await waitFor(() => existsSync(join(user.folder, "mosaic/fleet/run/lock/first-run.lock")), {
    what: "the wait",
  });
  expect(ended).toBe(false);
  await writeFile(join(user.folder, ".claude.json"), '{"mine":1}');
  await rm(lock, { recursive: true });
  expect((await started).exitCode).toBe(0);
  expect(JSON.parse(await readFile(join(user.folder, ".claude.json"), "utf8"))).toMatchObject({ mine: 1 });
  await rm(join(user.folder, ".claude.json"));
  await mkdir(lock);
  await utimes(lock, 0, 0);
  expect((await user.mosaic("claude")).exitCode).toBe(0);
  expect(existsSync(lock)).toBe(false);
});

test("a runtime that an agent's own runtime starts does not report in the agent's place", async () => {
  await using user = await userWith("claude");
  const run = join(user.folder, "mosaic/fleet/run");
  await mkdir(run, { recursive: true });
  const agents = [{ name: "coder0", runtime: "claude" }];
  await writeFile(join(user.folder, "mosaic/fleet/roster.yaml"), JSON.stringify({ version: 1, agents }));
  await mkdir(join(user.folder, "mosaic/fleet/agents"));
  await writeFile(join(user.folder, "mosaic/fleet/agents/coder0.env"), "ANTHROPIC_API_KEY=k\n");
  const agent = { MOSAIC_AGENT_NAME: "coder0" };
  expect((await user.mosaicWith({ ...agent, MOSAIC_REPORT_PID: "1" }, "claude")).exitCode).toBe(0);
  expect(existsSync(join(run, "coder0.hb"))).toBe(false);
  expect((await user.mosaicWith(agent, "claude")).exitCode).toBe(0);
  expect(existsSync(join(run, "coder0.hb"))).toBe(true);
});
