import { spawn } from "node:child_process";
import type { Argv } from "./run.ts";

/**
 * Starts a program in this process's own process group and terminal, without its input and output, and does not wait
 * for it: it goes on when this process is replaced, and the kernel hangs it up with the terminal's session. That it
 * cannot be started is no failure of this process.
 */
export function startCompanion([program, ...args]: Argv, env: NodeJS.ProcessEnv): void {
  const child = spawn(program, args, { cwd: "/", env, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
}
