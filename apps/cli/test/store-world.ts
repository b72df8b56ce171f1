import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, type Run, type RunResult } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { PROGRAM } from "./fleet-world.ts";

/** A Mosaic home with a backlog and no agents, and the command line that knows no other. */
export interface BacklogWorld extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /** Runs `mosaic` to its end. */
  mosaic(...args: readonly string[]): Promise<RunResult>;
  /** Runs `mosaic ... --json`, which must succeed, and parses what it prints. */
  json(...args: readonly string[]): Promise<Answer>;
  /** The pid of the store service, if one runs. */
  pid(): Promise<number | undefined>;
  /** Stops the service and removes everything. */
  [Symbol.asyncDispose](): Promise<void>;
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
  readonly next: string | null;
  readonly freed: readonly string[];
  readonly reclaimed: readonly { readonly id: string }[];
  readonly service: { readonly pid: number } | null;
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
}

export async function backlogWorld({
  env: more = {},
  deeper = [],
  from,
}: WorldOptions = {}): Promise<BacklogWorld> {
  const root = await mkdtemp(join(tmpdir(), "mf-backlog-"));
  const home = join(root, ...deeper, "home");
  if (from !== undefined) await cp(`${from}/fleet/backlog`, `${home}/fleet/backlog`, { recursive: true });
  const { DATABASE_URL: _url, PGLITE_DATA_DIR: _dir, ...rest } = process.env;
  const inherited = Object.entries(rest).filter(
    ([key]) => !/^(MOSAIC_|TMUX|NO_COLOR$|FORCE_COLOR$)/.test(key),
  );
  const env = { ...Object.fromEntries(inherited), MOSAIC_HOME: home, ...more };
  const run = createRun(env);
  const mosaic = (...args: readonly string[]): Promise<RunResult> =>
    run([process.execPath, PROGRAM, ...args], { timeoutMs: 100_000 });
  const json = async (...args: readonly string[]): Promise<Answer> => {
    const { exitCode, stdout, stderr } = await mosaic(...args, "--json");
    if (exitCode !== 0) throw new Error(`mosaic ${args.join(" ")} exited ${String(exitCode)}: ${stderr}`);
    return JSON.parse(stdout) as Answer; // Tests look at it.
  };
  return {
    root,
    home,
    env,
    run,
    mosaic,
    json,
    pid: async () => (await json("store", "status")).service?.pid,
    async [Symbol.asyncDispose]() {
      const { exitCode, stderr } = await mosaic("store", "stop");
      await rm(root, { recursive: true, force: true });
      if (exitCode !== 0) throw new Error(`store stop failed: ${stderr}`);
    },
  };
}

/** Adds cards with these ids. */
export async function addCards(world: BacklogWorld, ids: readonly string[]): Promise<void> {
  const lines = ids.map((id) => JSON.stringify({ id, title: `Card ${id}` })).join("\n");
  const { exitCode, stderr } = await world.run(
    [process.execPath, PROGRAM, "fleet", "backlog", "import", "-"],
    {
      stdin: lines,
      timeoutMs: 100_000,
    },
  );
  if (exitCode !== 0) throw new Error(stderr);
}

export const ended = (pid: number): Promise<true> =>
  waitFor(async () => (/^State:\s+[^Z]/m.test(await stateOf(pid)) ? undefined : true), {
    what: `the end of process ${String(pid)}`,
    deadlineMs: 20_000,
  });

const stateOf = (pid: number): Promise<string> =>
  readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
