import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { ProcessError } from "./error.ts";

/** Program and arguments; no shell ever reads them. */
export type Argv = readonly [string, ...string[]];

export interface RunOptions {
  readonly cwd?: string;
  /** Written to the program's standard input, which is then closed. Default: empty. */
  readonly stdin?: string;
  /** After this many milliseconds the program is killed and the call fails. Default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** Null when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one program to its end: until it has ended and nobody holds its output open. A non-zero exit is a value, not
 * an error.
 *
 * @throws {@link ProcessError} `PROCESS_NOT_FOUND` when there is no such program, `PROCESS_NOT_STARTED` when it
 * cannot be started, `PROCESS_TIMEOUT` when it had to be killed; the reason of `signal` when that was aborted.
 */
export type Run = (argv: Argv, options?: RunOptions) => Promise<RunResult>;

const DEFAULT_TIMEOUT_MS = 30_000;
/** How long a program whose call was aborted may take to end by itself. */
const ABORT_GRACE_MS = 1_000;

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
  const { cwd, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const child = start(program, args, { cwd, env });
  child.on("error", (cause) => {
    reject(notStarted(program, cause, cwd));
  });
  // Without a process there may be no streams either.
  if (child.pid === undefined) return promise;
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.on("close", (exitCode, endedBy) => {
    resolve({ exitCode, signal: endedBy, stdout: stdout(), stderr: stderr() });
  });
  // A program that ends without reading its input breaks the pipe; its exit code tells what happened.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    letGo(child);
    reject(timedOut([program, ...args], timeoutMs));
  }, timeoutMs);
  const abort = (): void => {
    child.kill("SIGTERM");
    const last = setTimeout(() => child.kill("SIGKILL"), ABORT_GRACE_MS);
    child.on("exit", () => {
      clearTimeout(last);
    });
    letGo(child);
    reject(signal?.reason instanceof Error ? signal.reason : new DOMException("aborted", "AbortError"));
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function start(
  program: string,
  args: readonly string[],
  { cwd, env }: { cwd: string | undefined; env: NodeJS.ProcessEnv },
): ChildProcessWithoutNullStreams {
  try {
    return spawn(program, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  } catch (cause) {
    // Some failures are thrown at once: arguments that are too long, or that hold a NUL.
    throw notStarted(program, cause, cwd);
  }
}

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Decoded as a whole: a character may be cut in two by the pipe.
  return () => Buffer.concat(chunks).toString("utf8");
}

/** What the program left running may hold its output open, which would keep us from ending. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  for (const stream of child.stdio) stream?.destroy();
}

function timedOut(argv: Argv, timeoutMs: number): ProcessError {
  return new ProcessError({
    code: "PROCESS_TIMEOUT",
    message: `${argv[0]} did not end within ${String(timeoutMs / 1000)} s`,
    hint: `Run it by hand to see what it waits for: ${argv.slice(0, 7).join(" ")}`,
  });
}

/** @param cwd - Where the program was to start: a missing folder and a missing program are the same to the kernel. */
export function notStarted(program: string, cause: unknown, cwd?: string): ProcessError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === "ENOENT" && cwd !== undefined && !existsSync(cwd)) {
    return new ProcessError({
      code: "PROCESS_NOT_STARTED",
      message: `${program} could not be started: there is no folder ${cwd}`,
      hint: `Make it with: mkdir -p ${cwd}`,
      cause,
    });
  }
  if (code === "ENOENT") {
    return new ProcessError({
      code: "PROCESS_NOT_FOUND",
      message: `${program} is not installed, or not on PATH`,
      hint: `Install ${program} with your package manager, or add its folder to PATH.`,
      cause,
    });
  }
  return new ProcessError({
    code: "PROCESS_NOT_STARTED",
    message: `${program} could not be started: ${message}`,
    hint: `Check that ${program} is executable and that the working directory exists.`,
    cause,
  });
}
