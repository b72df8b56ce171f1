import { spawn } from "node:child_process";
import { ProcessError } from "./error.ts";

/** Program and arguments; no shell ever reads them. */
export type Argv = readonly [string, ...string[]];

export interface RunOptions {
  readonly cwd?: string;
  /** Written to the program's standard input, which is then closed. Default: empty. */
  readonly stdin?: string;
  /** After this many milliseconds the program is killed and the call fails. Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** Null when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one program to its end. A non-zero exit is a value, not an error.
 *
 * @throws {@link ProcessError} `PROCESS_NOT_FOUND` when there is no such program, `PROCESS_NOT_STARTED` when it
 * cannot be started, `PROCESS_TIMEOUT` when it had to be killed; the reason of `signal` when that was aborted.
 */
export type Run = (argv: Argv, options?: RunOptions) => Promise<RunResult>;

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Every program starts with `env`, less `TMUX` and `TMUX_PANE`: a tmux client started from inside a pane would
 * otherwise talk to that pane's server.
 */
export function createRun(env: NodeJS.ProcessEnv): Run {
  const { TMUX: _server, TMUX_PANE: _pane, ...rest } = env;
  return (argv, options) => runOnce(argv, rest, options);
}

async function runOnce(
  [program, ...args]: Argv,
  env: NodeJS.ProcessEnv,
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    reject(
      new ProcessError({
        code: "PROCESS_TIMEOUT",
        message: `${program} did not end within ${String(timeoutMs / 1000)} s`,
        hint: `Run it by hand to see what it waits for: ${[program, ...args.slice(0, 6)].join(" ")}`,
      }),
    );
  }, timeoutMs);
  const abort = (): void => {
    child.kill("SIGTERM");
    reject(signal?.reason instanceof Error ? signal.reason : new DOMException("aborted", "AbortError"));
  };
  signal?.addEventListener("abort", abort, { once: true });
  child.on("error", (cause: NodeJS.ErrnoException) => {
    reject(notStarted(program, cause));
  });
  child.on("close", (exitCode, endedBy) => {
    const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
    resolve({ exitCode, signal: endedBy, stdout: text(stdout), stderr: text(stderr) });
  });
  // A program that ends without reading its input breaks the pipe; its exit code tells what happened.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

export function notStarted(program: string, cause: NodeJS.ErrnoException): ProcessError {
  if (cause.code === "ENOENT") {
    return new ProcessError({
      code: "PROCESS_NOT_FOUND",
      message: `${program} is not installed, or not on PATH`,
      hint: `Install ${program} (on Debian: apt-get install ${program}), or add its folder to PATH.`,
      cause,
    });
  }
  return new ProcessError({
    code: "PROCESS_NOT_STARTED",
    message: `${program} could not be started: ${cause.message}`,
    hint: `Check that ${program} is executable and that the working directory exists.`,
    cause,
  });
}
