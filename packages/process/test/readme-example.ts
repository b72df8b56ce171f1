import { createRun } from "@mosaic/fleet-process";

const run = createRun(process.env);

export async function example(): Promise<string> {
  const { exitCode, stdout } = await run(["tmux", "-V"], { timeoutMs: 5_000 });
  return exitCode === 0 ? stdout.trim() : "no tmux";
}
