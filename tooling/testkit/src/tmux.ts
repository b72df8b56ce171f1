import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRun, type Run } from "@mosaic/fleet-process";

/** A tmux server of one test: its own socket in its own folder, out of reach of every other server. */
export interface TmuxServer extends AsyncDisposable {
  /** For `tmux -L`. The server starts with the first session. */
  readonly socket: string;
  /** `TMUX_TMPDIR` and `HOME`: the socket lies in it, and no tmux configuration does. */
  readonly tmpdir: string;
  /** What programs of this test start with. It has no `TMUX`, wherever the suite itself was started. */
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /**
   * Ends every server in `tmpdir`, waits until they and the programs in their panes are gone, and removes the
   * folder. Safe to call twice.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function tmuxServer(): Promise<TmuxServer> {
  // Created with mode 0700, as tmux wants it. A socket's path must stay below 104 bytes on macOS.
  const folder = await mkdtemp(join(tmpdir().length < 60 ? tmpdir() : "/tmp", "mf-"));
  const { TMUX: _server, TMUX_PANE: _pane, XDG_CONFIG_HOME: _config, ...inherited } = process.env;
  const env = { ...inherited, LC_ALL: "C", HOME: folder, TMUX_TMPDIR: folder };
  const run = createRun(env);
  return {
    socket: `test-${randomUUID().slice(0, 8)}`,
    tmpdir: folder,
    env,
    run,
    async [Symbol.asyncDispose]() {
      for (const socket of await sockets(folder)) await end(run, socket);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface WaitOptions {
  /** What is waited for, for the error: a clause that follows "waiting for". A function is asked at the deadline. */
  readonly what: string | (() => string | Promise<string>);
  /** Default 10,000. */
  readonly deadlineMs?: number;
}

const LOOK_AGAIN_MS = 20;

/** Asks `condition` until it answers something other than `undefined` or `false`, and returns that. */
export async function waitFor<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { what, deadlineMs = 10_000 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) {
      const waitedFor = typeof what === "string" ? what : await what();
      throw new Error(`gave up after ${String(deadlineMs)} ms of waiting for ${waitedFor}`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** What one pane shows, without colours and without the empty lines at its end. @param target - As tmux reads it. */
export async function screen({ run, socket }: TmuxServer, target: string): Promise<string> {
  const result = await run(["tmux", "-u", "-L", socket, "capture-pane", "-p", "-t", target]);
  if (result.exitCode !== 0) throw new Error(`no screen of ${target}: ${result.stderr.trim()}`);
  return result.stdout.trimEnd();
}

/** Whether a process with this id still runs. Where process 1 reaps nothing, ended ones stay as zombies. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return !existsSync("/proc/self/stat");
  }
}

async function sockets(folder: string): Promise<string[]> {
  // A folder that vanishes while we look holds no socket.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sockets(path) : entry.isSocket() ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

async function end(run: Run, socket: string): Promise<void> {
  const ask = async (...args: string[]): Promise<string> =>
    (await run(["tmux", "-S", socket, ...args], { timeoutMs: 10_000 })).stdout;
  const pids = (await ask("list-panes", "-a", "-F", "#{pid} #{pane_pid}")).split(/\s+/).map(Number);
  await ask("kill-server");
  const running = (): number[] => [...new Set(pids)].filter((pid) => pid > 0 && isRunning(pid));
  const gone = {
    what: () => `the end of the processes ${running().join(", ")} of ${socket}`,
    deadlineMs: 1_500,
  };
  try {
    await waitFor(() => running().length === 0, gone);
  } catch {
    // A program that ignores its terminal's end. These are the ids that our own server has just named.
    for (const pid of running()) process.kill(pid, "SIGKILL");
    await waitFor(() => running().length === 0, gone);
  }
}
