import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { notStarted, type Argv } from "./run.ts";

/** The terminal sends these to us and to the program alike; it decides what they mean. */
const FROM_TERMINAL = ["SIGINT", "SIGQUIT"] as const;
/** Whoever sends these to us means the program. */
const PASSED_ON = ["SIGTERM", "SIGHUP"] as const;

/**
 * Hands this process's terminal to one program, as `tmux attach` needs it, and waits for its end.
 *
 * @param options.env - What the program starts with, less `TMUX` and `TMUX_PANE`, with which tmux refuses to attach.
 * @returns The program's exit code; 128 plus the signal's number when a signal ended it.
 * @throws {@link ProcessError} `PROCESS_NOT_FOUND` or `PROCESS_NOT_STARTED`.
 */
export async function runInteractive(
  [program, ...args]: Argv,
  options: { readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const { TMUX: _server, TMUX_PANE: _pane, ...env } = options.env;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let child: ChildProcess | undefined;
  const ignore = (): void => undefined;
  const passOn = (signal: NodeJS.Signals): void => {
    child?.kill(signal);
  };
  // Before the program: we may be signalled as soon as it exists.
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  try {
    child = spawn(program, args, { env, stdio: "inherit" });
    child.on("error", (cause) => {
      reject(notStarted(program, cause));
    });
    child.on("close", (exitCode, endedBy) => {
      resolve(exitCode ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
    return await promise;
  } finally {
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
    for (const signal of PASSED_ON) process.off(signal, passOn);
  }
}
