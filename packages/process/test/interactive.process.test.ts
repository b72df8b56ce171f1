import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { runInteractive } from "@mosaic/fleet-process";
import { expect, test } from "vitest";

/** Runs `runInteractive(argv)` in a process of its own, which alone has a standard input and output to hand over. */
function caller(argv: readonly string[], env: NodeJS.ProcessEnv): readonly [string, readonly string[]] {
  const program = `
    import { runInteractive } from "@mosaic/fleet-process";
    process.exitCode = await runInteractive(${JSON.stringify(argv)}, { env: ${JSON.stringify(env)} });
    process.stdout.write("after");`;
  return [process.execPath, ["--conditions=@mosaic/source", "--input-type=module", "--eval", program]];
}
const PATH = process.env.PATH ?? "";
const here = import.meta.dirname;

test("the program reads our input and writes our output", () => {
  const [file, args] = caller(["cat"], { PATH });
  expect(execFileSync(file, args, { input: "typed\n", timeout: 10_000, cwd: here, encoding: "utf8" })).toBe(
    "typed\nafter",
  );
});

test("its exit code is a value", async () => {
  expect(await runInteractive(["sh", "-c", "exit 7"], { env: { PATH } })).toBe(7);
});

test("a signal that ends it is 128 plus its number", async () => {
  expect(await runInteractive(["sh", "-c", "kill -KILL $$"], { env: { PATH } })).toBe(137);
});

test("it does not see the pane we were started in", async () => {
  const env = { PATH, TMUX: "/nowhere,1,0", TMUX_PANE: "%9" };
  expect(await runInteractive(["sh", "-c", 'test -z "$TMUX$TMUX_PANE"'], { env })).toBe(0);
});

test("a missing program is named", async () => {
  await expect(runInteractive(["no-such-program"], { env: { PATH } })).rejects.toMatchObject({
    code: "PROCESS_NOT_FOUND",
  });
});

test.for([
  ["SIGTERM is passed on to the program", "SIGTERM", "ended by TERM\nafter"],
  ["SIGHUP is passed on to the program", "SIGHUP", "ended by HUP\nafter"],
  ["SIGINT is left to the program", "SIGINT", "read: go on\nafter"],
] as const)("%s", async ([, signal, expected]) => {
  const script = `trap 'echo ended by TERM; exit' TERM; trap 'echo ended by HUP; exit' HUP; echo ready; read line; echo "read: $line"`;
  const [file, args] = caller(["sh", "-c", script], { PATH });
  const child = spawn(file, args, { cwd: here, stdio: ["pipe", "pipe", "inherit"] });
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    // Once the program is ready, our handlers are in place.
    if (output.push(chunk) === 1) {
      child.kill(signal);
      if (signal === "SIGINT") child.stdin.end("go on\n");
    }
  });
  await once(child, "close");
  expect(output.join("").replace("ready\n", "")).toBe(expected);
});
