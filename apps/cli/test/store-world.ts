import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, type Argv, type Run, type RunOptions, type RunResult } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { PROGRAM } from "./fleet-world.ts";
import type { OwnDisk } from "./own-disk.ts";

/** A Mosaic home with a backlog and no agents, and the command line that knows no other. */
export interface BacklogWorld extends Calls, AsyncDisposable {
  readonly root: string;
  readonly home: string;
  /** Where the test itself sees the home. */
  readonly files: string;
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /** The same world for another build of `mosaic`. */
  as(program: string): Calls;
  /** The pid of the store service, if one runs. */
  pid(): Promise<number | undefined>;
  /** Stops the service and removes everything. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Calls {
  /** A call of `mosaic`. */
  argv(...args: readonly string[]): Argv;
  /** Runs `mosaic` to its end. */
  mosaic(...args: readonly string[]): Promise<RunResult>;
  mosaicWith(options: RunOptions, ...args: readonly string[]): Promise<RunResult>;
  /** Runs `mosaic ... --json`, which must succeed, and parses what it prints. */
  json(...args: readonly string[]): Promise<Answer>;
}

interface ShownCard {
  readonly id: string;
  readonly status: string;
  readonly fence: number;
  readonly claim_owner: string | null;
  readonly depends_on: readonly string[];
  readonly attempts: number;
}

interface Answer {
  readonly version: number;
  readonly card: ShownCard;
  readonly cards: readonly ShownCard[];
  readonly events: readonly { readonly seq: number }[];
  readonly next: string | null;
  readonly freed: readonly string[];
  readonly reclaimed: readonly { readonly id: string }[];
  readonly service: { readonly pid: number; readonly version: string } | null;
  readonly path: string;
  readonly records: number;
  readonly stopped: boolean;
}

interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folders between the temporary one and the home. */
  readonly deeper?: readonly string[];
  /** A home to begin with a copy of. */
  readonly from?: string;
  /** A small disk to have the home on. */
  readonly disk?: { readonly own: OwnDisk; readonly size: string };
}

export async function backlogWorld({
  env: more = {},
  deeper = [],
  from,
  disk,
}: WorldOptions = {}): Promise<BacklogWorld> {
  const root = await mkdtemp(join(tmpdir(), "mf-backlog-"));
  const home = join(root, ...deeper, "home");
  if (disk !== undefined) await disk.own.mount(home, `size=${disk.size}`);
  const files = disk === undefined ? home : `/proc/${String(disk.own.pid)}/root${home}`;
  if (from !== undefined) await cp(`${from}/fleet/backlog`, `${files}/fleet/backlog`, { recursive: true });
  const { DATABASE_URL: _url, PGLITE_DATA_DIR: _dir, ...ours } = process.env;
  const inherited = Object.entries(ours).filter(
    ([key]) => !/^(MOSAIC_|TMUX|NO_COLOR$|FORCE_COLOR$)/.test(key),
  );
  const env = { ...Object.fromEntries(inherited), MOSAIC_HOME: home, ...more };
  const run = createRun(env);
  const pid = String(disk?.own.pid);
  const enter: readonly [] | Argv = disk === undefined ? [] : ["nsenter", "-t", pid, "-m", "--"];
  const calling = (program: string): Calls => {
    const argv = (...args: readonly string[]): Argv => [...enter, process.execPath, program, ...args];
    const mosaicWith = (options: RunOptions, ...args: readonly string[]): Promise<RunResult> =>
      run(argv(...args), { timeoutMs: 100_000, ...options });
    const mosaic = (...args: readonly string[]): Promise<RunResult> => mosaicWith({}, ...args);
    const json = async (...args: readonly string[]): Promise<Answer> => {
      const { exitCode, stdout, stderr } = await mosaic(...args, "--json");
      if (exitCode !== 0) throw new Error(`mosaic ${args.join(" ")} exited ${String(exitCode)}: ${stderr}`);
      return JSON.parse(stdout) as Answer; // Tests look at it.
    };
    return { argv, mosaic, mosaicWith, json };
  };
  const calls = calling(PROGRAM);
  return {
    root,
    home,
    files,
    env,
    run,
    ...calls,
    as: calling,
    pid: async () => (await calls.json("store", "status")).service?.pid,
    async [Symbol.asyncDispose]() {
      const { exitCode, stderr } = await calls.mosaic("store", "stop");
      await rm(root, { recursive: true, force: true });
      if (exitCode !== 0) throw new Error(`store stop failed: ${stderr}`);
    },
  };
}

/** Adds cards with these ids. */
export async function addCards(world: Calls, ids: readonly string[]): Promise<void> {
  const lines = ids.map((id) => JSON.stringify({ id, title: `Card ${id}` })).join("\n");
  const { exitCode, stderr } = await world.mosaicWith({ stdin: lines }, "fleet", "backlog", "import", "-");
  if (exitCode !== 0) throw new Error(stderr);
}

export const ended = (pid: number): Promise<true> =>
  waitFor(async () => (/^State:\s+[^Z]/m.test(await stateOf(pid)) ? undefined : true), {
    what: `the end of process ${String(pid)}`,
    deadlineMs: 20_000,
  });

const stateOf = (pid: number): Promise<string> =>
  readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
