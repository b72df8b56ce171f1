import { readFileSync } from "node:fs";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeAtomically } from "../files.ts";

/** A process that was told to end with its session, and did not. */
export interface Survivor {
  /** The session it ran in. */
  readonly agent: string;
  readonly pid: number;
  /** What tells it from a later process with the same id; empty where the system does not tell. */
  readonly started: string;
}

/** Those that still run. Read-only. */
export async function readSurvivors({ home }: FleetContext): Promise<Survivor[]> {
  try {
    // Our own file; a broken one knows nothing.
    const known = JSON.parse((await readIfPresent(home.survivors)) ?? "[]") as readonly Survivor[];
    return known.filter((one) => isAlive(one.pid) && startOf(one.pid) === one.started);
  } catch {
    return [];
  }
}

/** @param pid - A process that runs. Best effort: what cannot be written down is said once, as before. */
export async function noteSurvivor(context: FleetContext, agent: string, pid: number): Promise<void> {
  const others = (await readSurvivors(context)).filter((one) => one.pid !== pid);
  const text = JSON.stringify([...others, { agent, pid, started: startOf(pid) }]);
  await writeAtomically(context.home.survivors, text, 0o600).catch(() => undefined);
}

export const stopFailed = ({ agent, pid }: Pick<Survivor, "agent" | "pid">): CoreError =>
  new CoreError({
    code: "STOP_FAILED",
    message: `${agent} was told to end, but its process ${String(pid)} still runs`,
    hint: `Look at it with: ps -fp ${String(pid)}; end it with: kill -9 ${String(pid)}`,
  });

/** A process that has ended and that nobody has waited for is not alive: some containers' process 1 never does. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/^[ZX]/.test(stateOf(pid));
}

/** The 22nd field of the kernel's line, where there is one. */
const startOf = (pid: number): string => stateOf(pid).split(" ")[19] ?? "";

/** The kernel's line about a process, from its state on; empty without /proc, as on macOS, or when it ended in between. */
function stateOf(pid: number): string {
  try {
    const line = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return line.slice(line.lastIndexOf(") ") + 2);
  } catch {
    return "";
  }
}
