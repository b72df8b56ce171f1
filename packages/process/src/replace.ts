import { ProcessError } from "./error.ts";
import type { Argv } from "./run.ts";

/**
 * Replaces this very process by another program: same pid, same terminal. Returns only by throwing.
 *
 * @param argv - The program by its absolute path.
 * @throws {@link ProcessError} `PROCESS_NOT_STARTED`.
 */
export function replaceProcess([program, ...args]: Argv, env: NodeJS.ProcessEnv): never {
  const failed = (cause?: unknown): ProcessError =>
    new ProcessError({
      code: "PROCESS_NOT_STARTED",
      message: `this process cannot be replaced by ${program}`,
      hint: "Check that the program exists and is executable, and that this Node is 22.18 or newer.",
      cause,
    });
  try {
    process.execve?.(program, [program, ...args], env);
  } catch (cause) {
    throw failed(cause);
  }
  throw failed();
}
