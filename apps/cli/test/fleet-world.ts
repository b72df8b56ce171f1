import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRun, type Run, type RunOptions, type RunResult } from "@mosaic/fleet-process";
import { tmuxServer, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";

/** The built command line: what users run. */
export const PROGRAM = `${import.meta.dirname.replace(/test$/, "dist")}/mosaic.js`;

/** One Mosaic home and one tmux server of a test's own, and the command line that knows no other. */
export interface FleetWorld extends AsyncDisposable {
  readonly server: TmuxServer;
  readonly home: string;
  /** Where the test itself sees the home. */
  readonly files: string;
  /** What `mosaic` starts with. */
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /** Runs `mosaic` to its end. */
  mosaic(...args: readonly string[]): Promise<RunResult>;
  mosaicWith(options: RunOptions, ...args: readonly string[]): Promise<RunResult>;
  /** Starts `mosaic` and lets it run. */
  start(...args: readonly string[]): Running;
  /** Runs tmux on the fleet's socket. */
  tmux(...args: readonly string[]): Promise<RunResult>;
  /** Writes a roster of these seats; a seat that is a name alone is a canary. */
  roster(seats: readonly (string | Seat)[], more?: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Takes the fleet down, asserts that nothing of it is left, and removes everything. What the test itself started on
   * the socket ends with the server.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

export type Seat = Readonly<Record<string, unknown>> & { readonly name: string };

/** A call of `mosaic` that goes on. */
interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly end: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
}

interface WorldOptions {
  /** The name of the home's folder. */
  readonly home?: string;
  /** Joined to what `mosaic` starts with. */
  readonly env?: Readonly<Record<string, string>>;
  /** A process in whose mount namespace `mosaic` runs and the home lies. */
  readonly inside?: number;
}

export async function fleetWorld(o: WorldOptions = {}): Promise<FleetWorld> {
  if (!existsSync(PROGRAM)) throw new Error(`There is no ${PROGRAM}. Build it first: pnpm run build`);
  const server = await tmuxServer();
  const home = `${server.tmpdir}/${o.home ?? "home"}`;
  const inherited = Object.entries(server.env).filter(
    ([key]) => !/^(MOSAIC_|NO_COLOR$|FORCE_COLOR$)/.test(key),
  );
  const env = { ...Object.fromEntries(inherited), MOSAIC_HOME: home, ...o.env };
  const run = createRun(env);
  const enter: readonly [string, ...string[]] =
    o.inside === undefined
      ? [process.execPath]
      : ["nsenter", "-t", String(o.inside), "-m", "--", process.execPath];
  const files = o.inside === undefined ? home : `/proc/${String(o.inside)}/root${home}`;
  const argv = (args: readonly string[]): readonly [string, ...string[]] => [...enter, PROGRAM, ...args];
  const tmux = (...args: readonly string[]): Promise<RunResult> =>
    server.run(["tmux", "-u", "-L", server.socket, ...args]);
  return {
    server,
    home,
    files,
    env,
    run,
    tmux,
    mosaic: (...args) => run(argv(args), { timeoutMs: 100_000 }),
    mosaicWith: (options, ...args) => run(argv(args), { timeoutMs: 100_000, ...options }),
    start: (...args) => started(spawn(process.execPath, [PROGRAM, ...args], { env, stdio: "pipe" })),
    roster: async (seats, more = {}) => {
      const agents = seats.map((seat) => ({
        runtime: "canary",
        ...(typeof seat === "string" ? { name: seat } : seat),
      }));
      await mkdir(`${files}/fleet`, { recursive: true });
      const tmux = { socket_name: server.socket };
      const roster = { version: 1, tmux, defaults: { working_directory: "~" }, agents, ...more };
      await writeFile(`${files}/fleet/roster.yaml`, JSON.stringify(roster));
    },
    async [Symbol.asyncDispose]() {
      try {
        if (!existsSync(`${files}/fleet/roster.yaml`)) return;
        const down = await run(argv(["fleet", "down"]));
        if (down.exitCode !== 0) throw new Error(`fleet down failed: ${down.stderr}`);
        const { stdout } = await tmux("list-sessions", "-F", "#{@mosaic_home} #{session_name}");
        const sessions = stdout.split("\n").filter((line) => line.startsWith("/"));
        if (sessions.length > 0) throw new Error(`the fleet left sessions behind: ${sessions.join(", ")}`);
        // What an agent had started, and nobody but its pane ended, takes a moment longer.
        await waitFor(async () => (await agentProcesses(home)).length === 0, {
          what: async () =>
            `the end of what the fleet left behind: ${(await agentProcesses(home)).join(", ")}`,
        });
      } finally {
        await server[Symbol.asyncDispose]();
        await rm(home, { recursive: true, force: true });
      }
    },
  };
}

function started(child: ChildProcess): Running {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const { promise: end, resolve, reject } = Promise.withResolvers<Awaited<Running["end"]>>();
  child.on("error", reject);
  child.on("close", (exitCode, signal) => {
    resolve({ exitCode, signal });
  });
  return { child, stdout: () => stdout, stderr: () => stderr, end };
}

/** The processes that this home's agents are, by what they were started with; none where there is no /proc. */
async function agentProcesses(home: string): Promise<number[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const ours = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const variables = text.split("\0");
    const isOurs = variables.includes(`MOSAIC_HOME=${home}`);
    return isOurs && variables.some((variable) => variable.startsWith("MOSAIC_AGENT_NAME="))
      ? [Number(pid)]
      : [];
  });
  return (await Promise.all(ours)).flat();
}

/** What `--json` printed. */
export const json = (result: Pick<RunResult, "stdout">): Json => JSON.parse(result.stdout) as Json; // Tests look at it.

export interface Json {
  readonly version: number;
  readonly agents: readonly AgentRow[];
  readonly unmanaged: readonly { readonly session: string; readonly ours: boolean }[];
  readonly outcomes: readonly {
    readonly agent: string;
    readonly action: string;
    readonly result: string;
    readonly why: string;
    readonly error: ErrorRow | null;
  }[];
  readonly actions: readonly { readonly kind: string; readonly agent: string; readonly why: string }[];
  readonly roster: string;
  readonly manager: string | null;
  readonly remarks: readonly string[];
  readonly verdict: string;
  readonly id: string;
  readonly from: string;
  readonly why: string;
  readonly evidence: string | null;
}

export interface AgentRow {
  readonly name: string;
  readonly card: string | null;
  readonly cards: readonly string[];
  readonly readiness: string;
  readonly flags: readonly string[];
  readonly remarks: readonly string[];
  readonly unit: { readonly state: string; readonly enabled: boolean; readonly result: string } | null;
  readonly pane: { readonly id: string; readonly pid: number; readonly dead: boolean } | null;
}

export interface ErrorRow {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The one line that a failure prints with `--json`. */
export const failure = ({ stderr }: Pick<RunResult, "stderr">): ErrorRow =>
  (JSON.parse(stderr) as { error: ErrorRow }).error; // Its documented shape.

export const rows = async (world: FleetWorld): Promise<readonly AgentRow[]> =>
  json(await world.mosaic("fleet", "ps", "--json")).agents;

/** The pids of the agents' panes by name. */
export const pids = async (world: FleetWorld): Promise<Readonly<Record<string, number | undefined>>> =>
  Object.fromEntries((await rows(world)).map(({ name, pane }) => [name, pane?.pid]));

export const sessions = async (world: FleetWorld): Promise<string[]> =>
  (await world.tmux("list-sessions", "-F", "#{session_name}")).stdout.trim().split("\n").sort();

/** The content of a file, once it is there. */
export const fileOf = (path: string): Promise<string> =>
  waitFor(() => readFile(path, "utf8").catch(() => undefined), { what: `the file ${path}` });

/** The lines in an agent's event file, parsed. */
export const events = async (
  world: FleetWorld,
  agent: string,
): Promise<readonly { event: string; id: string | null }[]> =>
  (await readFile(`${world.home}/fleet/run/${agent}.events`, "utf8").catch(() => ""))
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as { event: string; id: string | null }])); // As documented.
