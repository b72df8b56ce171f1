import { spawn, type ChildProcess } from "node:child_process";
import { notStarted, type Argv } from "./run.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_LINE_LENGTH = 65_536;

/**
 * Starts a program that outlives this process, in a session of its own, and waits for its first line of output, with
 * which it tells how its start went. What it writes later goes nowhere.
 *
 * @param options.timeoutMs - How long to wait for the line. Default 60,000. The program goes on also without it.
 * @returns The line; `undefined` when the program ended, or was silent for too long.
 * @throws {@link ProcessError} `PROCESS_NOT_FOUND` or `PROCESS_NOT_STARTED`.
 */
export async function startDetached(
  [program, ...args]: Argv,
  options: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs?: number },
): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  // Its folder must not keep a file system from being unmounted.
  const child = spawned(program, args, { cwd: "/", env: options.env });
  child.on("error", (cause) => {
    reject(notStarted(program, cause));
  });
  let text = "";
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    text += chunk;
    const end = text.indexOf("\n");
    if (end >= 0) resolve(text.slice(0, end));
    else if (text.length > MAX_LINE_LENGTH) resolve(undefined);
  });
  child.on("close", () => {
    resolve(undefined);
  });
  const timer = setTimeout(() => {
    resolve(undefined);
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.stdout?.destroy();
    child.unref();
  }
}

function spawned(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): ChildProcess {
  try {
    return spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  } catch (cause) {
    throw notStarted(program, cause);
  }
}
