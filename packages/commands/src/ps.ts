import type { Argv } from "./argv.ts";

/** One process, as `ps` reports it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly residentKiB: number;
  /** Whether its group has the terminal: what it runs in a group of its own, as a shell for a person is, has not. */
  readonly foreground: boolean;
  /** The program and its arguments in one line, as `ps` joins them. */
  readonly command: string;
}

/**
 * All of `pids` in one call.
 *
 * @param pids - At least one. When none of them is alive, `ps` exits 1 and prints nothing, which is an answer.
 */
export function listProcesses(pids: readonly number[]): Argv {
  return ["ps", "-ww", "-o", "pid=,ppid=,rss=,stat=,args=", "-p", pids.join(",")];
}

/** Every process and its parent. */
export function listParents(): Argv {
  return ["ps", "-A", "-o", "pid=,ppid="];
}

/** Reads what {@link listParents} prints. @returns the parent of each process. */
export function parseParents(stdout: string): Map<number, number> {
  return new Map(
    stdout.split("\n").flatMap((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return pid === undefined || parent === undefined ? [] : [[pid, parent] as const];
    }),
  );
}

/** Reads what {@link listProcesses} prints. A zombie has ended and is not among them. */
export function parseProcesses(stdout: string): ProcessFacts[] {
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+([^\sZ]\S*) (.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, residentKiB, state = "", command = ""] = match;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        residentKiB: Number(residentKiB),
        foreground: state.includes("+"),
        command: command.trimStart(),
      },
    ];
  });
}
