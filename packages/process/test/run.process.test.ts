import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRun, type Argv } from "@mosaic/fleet-process";
import { expect, test } from "vitest";

const PATH = process.env.PATH ?? "";
const run = createRun({ PATH });
const node = (script: string): Argv => [process.execPath, "-e", script];
const sh = (script: string, ...args: string[]): Argv => ["sh", "-c", script, "sh", ...args];

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "mf-run-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Waits until the process has ended. A zombie has. */
async function ended(pid: number): Promise<void> {
  const deadline = performance.now() + 5_000;
  const running = (): boolean => {
    try {
      return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
    } catch {
      return false;
    }
  };
  while (running()) {
    if (performance.now() > deadline) throw new Error(`process ${String(pid)} still runs`);
    await pause(20);
  }
}

async function written(file: string): Promise<string> {
  const deadline = performance.now() + 5_000;
  while (!existsSync(file)) {
    if (performance.now() > deadline) throw new Error(`${file} was not written`);
    await pause(20);
  }
  return readFile(file, "utf8");
}

/** A program that sets its traps, writes its pid to `$1` in one step, and goes on. */
const announced = (file: string, traps: string, then: string): Argv =>
  sh(`${traps}; echo $$ > "$1~"; mv "$1~" "$1"; ${then}`, file);

test.for([0, 1, 7, 255])("the exit code %i is a value", async (code) => {
  const result = await run(sh(`echo out; echo err >&2; exit ${String(code)}`));
  expect(result).toEqual({ exitCode: code, signal: null, stdout: "out\n", stderr: "err\n" });
});

test.for(["SIGTERM", "SIGKILL"] as const)("%s from elsewhere is a value", async (signal) => {
  const result = await run(sh(`kill -${signal.slice(3)} $$`));
  expect(result).toEqual({ exitCode: null, signal, stdout: "", stderr: "" });
});

test("arguments reach the program as they are, and no shell sees them", async () => {
  const args = ["", " ", "a b", "$HOME", "`id`", "$(id)", "'", '"', "\\", ";", "|", "*", "a\nb", "é💡"];
  const result = await run([process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...args]);
  expect(JSON.parse(result.stdout)).toEqual(args);
});

test("the program reads the whole of its standard input", async () => {
  const stdin = "é💡 0123456789\n".repeat(70_000);
  expect((await run(["cat"], { stdin })).stdout).toBe(stdin);
});

test("without input its standard input is at its end", async () => {
  expect(await run(["cat"])).toMatchObject({ exitCode: 0, stdout: "" });
});

test("a program that does not read 1 MB of input still tells how it ended", async () => {
  expect(await run(sh("exit 3"), { stdin: "x".repeat(1_000_000) })).toMatchObject({
    exitCode: 3,
    signal: null,
  });
  expect(await run(sh("exec <&-; echo done"), { stdin: "x".repeat(1_000_000) })).toMatchObject({
    exitCode: 0,
    stdout: "done\n",
  });
});

test("20 MB of output arrive whole, on both streams", async () => {
  const result = await run(
    node(`const s = "0123456789abcde\\n".repeat(1_310_720);
      process.stdout.write(s); process.stderr.write(s);`),
  );
  expect([result.stdout.length, result.stderr.length]).toEqual([20_971_520, 20_971_520]);
  expect(result.stdout.endsWith("abcde\n")).toBe(true);
});

test("a character that arrives in two chunks is read as one", async () => {
  const result = await run(
    node(`const bytes = Buffer.from("é💡\\n".repeat(3));
      (async () => {
        for (const byte of bytes) {
          process.stdout.write(Buffer.of(byte));
          await new Promise((done) => setTimeout(done, 2));
        }
      })()`),
  );
  expect(result.stdout).toBe("é💡\n".repeat(3));
});

test("the program sees the environment that was given, less TMUX and TMUX_PANE", async () => {
  const inPane = createRun({ PATH, MARK: "1", TMUX: "/tmp/tmux-0/default,1,0", TMUX_PANE: "%0" });
  const { stdout } = await inPane(["env"]);
  expect(stdout.split("\n").filter((line) => /^(MARK|TMUX)/.test(line))).toEqual(["MARK=1"]);
  expect(stdout).not.toContain("HOME=");
});

test("it runs in the folder that was asked for", async () => {
  await using own = await folder();
  expect((await run(["pwd", "-P"], { cwd: own.path })).stdout.trim()).toContain(own.path);
});

test("a program that does not end in time is killed", async () => {
  await using own = await folder();
  const file = join(own.path, "pid");
  const call = run(announced(file, "trap '' TERM", "exec sleep 60"), { timeoutMs: 500 });
  const outcome = expect(call).rejects.toMatchObject({
    name: "ProcessError",
    code: "PROCESS_TIMEOUT",
    message: "sh did not end within 0.5 s",
  });
  await ended(Number(await written(file)));
  await outcome;
});

test("what a killed program left running does not hold up its caller", async () => {
  await using own = await folder();
  const file = join(own.path, "pid");
  const script = `
    import { createRun } from "@mosaic/fleet-process";
    await createRun(process.env)(["sh", "-c", 'sleep 30 & echo $! > "$1"; wait', "sh", ${JSON.stringify(file)}],
      { timeoutMs: 300 }).catch((error) => process.stdout.write(error.code));`;
  const args = ["--conditions=@mosaic/source", "--input-type=module", "--eval", script];
  try {
    const startedAt = performance.now();
    const stdout = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" });
    expect(stdout).toBe("PROCESS_TIMEOUT");
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  } finally {
    process.kill(Number(await readFile(file, "utf8")));
  }
});

test.for([
  ["ends when it is asked to", "trap 'echo > \"$1.asked\"; exit' TERM", true],
  ["ignores that it is asked to end", "trap '' TERM", false],
] as const)("an aborted call fails with the reason and ends a program that %s", async ([, traps, asked]) => {
  await using own = await folder();
  const file = join(own.path, "pid");
  const controller = new AbortController();
  const call = run(announced(file, traps, "while :; do sleep 0.1; done"), { signal: controller.signal });
  const reason = new Error("stopped by the operator");
  const outcome = expect(call).rejects.toBe(reason);
  const pid = Number(await written(file));
  controller.abort(reason);
  await outcome;
  await ended(pid);
  expect(existsSync(`${file}.asked`)).toBe(asked);
});

test("what a program's own children still print is waited for", async () => {
  expect(await run(sh("(sleep 0.2; echo late) & exit 4"))).toMatchObject({ exitCode: 4, stdout: "late\n" });
});

test("a call that was aborted before it began starts nothing", async () => {
  await using own = await folder();
  const file = join(own.path, "started");
  await expect(run(["touch", file], { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  expect(existsSync(file)).toBe(false);
});

test("a program that is not installed is named, with the mend", async () => {
  await expect(run(["no-such-program", "x"])).rejects.toMatchObject({
    name: "ProcessError",
    code: "PROCESS_NOT_FOUND",
    message: "no-such-program is not installed, or not on PATH",
    cause: { code: "ENOENT" },
  });
});

test("a missing folder is named, and the program is not called missing", async () => {
  await using own = await folder();
  const cwd = join(own.path, "gone");
  await expect(run(["true"], { cwd })).rejects.toMatchObject({
    code: "PROCESS_NOT_STARTED",
    message: `true could not be started: there is no folder ${cwd}`,
  });
});

test.for<[string, (path: string) => Promise<Argv>]>([
  [
    "that may not be executed",
    async (path) => {
      await writeFile(join(path, "program"), "#!/bin/sh\n", { mode: 0o644 });
      return [join(path, "program")];
    },
  ],
  ["whose arguments are too long for the kernel", async () => ["true", "x".repeat(4_000_000)]],
  ["whose arguments hold a NUL", async () => ["true", "a\0b"]],
])("a program %s is not started", async ([, argv]) => {
  await using own = await folder();
  await expect(run(await argv(own.path))).rejects.toMatchObject({ code: "PROCESS_NOT_STARTED" });
});
