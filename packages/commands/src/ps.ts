import type { Argv } from "./argv.ts";

/** One process, as `ps` reports it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly residentKiB: number;
  /** The program and its arguments in one line, as `ps` joins them. */
  readonly command: string;
}

/** All of `pids` in one call. Exits 1 when none of them is alive, which is an answer. */
export function listProcesses(pids: readonly number[]): Argv {
  return ["ps", "-ww", "-o", "pid=,ppid=,rss=,args=", "-p", pids.join(",")];
}

export function parseProcesses(stdout: string): ProcessFacts[] {
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, residentKiB, command = ""] = match;
    return [{ pid: Number(pid), parent: Number(parent), residentKiB: Number(residentKiB), command }];
  });
}
