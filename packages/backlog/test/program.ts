import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}
export interface Program {
  readonly kill: () => void;
  readonly end: Promise<Ended>;
}

/** Starts a program in a process of its own. What it complains of is printed. */
export function startProgram(
  program: URL,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Program {
  const path = fileURLToPath(program);
  const child = spawn(process.execPath, ["--conditions=@mosaic/source", ...nodeOptions, path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  return {
    kill: () => void child.kill("SIGKILL"),
    end: new Promise((resolve) => {
      child.once("close", (exitCode, signal) => {
        resolve({ exitCode, signal, stdout });
      });
    }),
  };
}
