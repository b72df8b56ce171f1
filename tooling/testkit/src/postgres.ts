import { randomUUID } from "node:crypto";
import { globSync, readFileSync, rmSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { createRun, type Argv, type Run } from "@mosaic/fleet-process";
import { whenCutShort } from "./cut-short.ts";
import { isRunning } from "./tmux.ts";

/**
 * A Postgres server of one test file: its own data, on a socket in its own folder and no port. It ends with this process,
 * unless that is killed with SIGKILL.
 */
export interface PostgresServer extends AsyncDisposable {
  readonly folder: string;
  /** The server's own user, which has no password: the socket's folder is the guard. */
  readonly user: string;
  /** Where the server's programs are: `pgbench`, `pg_dump`. */
  readonly bin: string;
  /** A new empty database. */
  readonly database: () => Promise<string>;
  /** The URL of a database, as `user` or as another. */
  readonly url: (database: string, login?: string) => string;
  /** Runs SQL as the server's user and returns what psql prints. */
  readonly sql: (database: string, statement: string) => Promise<string>;
  /** `immediate` is a crash: nothing is written that was not. */
  readonly stop: (mode?: "fast" | "immediate") => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops the server and removes its data. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PostgresOptions {
  /** Lines of `postgresql.conf`. */
  readonly settings?: readonly string[];
  /** Commits reach the disk, as they do for an operator. Default false: nobody needs this data tomorrow. */
  readonly durable?: boolean;
  /** What stands before every program of the server: `env`, to give it a clock of its own. Default: nothing. */
  readonly under?: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
/** Debian keeps the server's programs out of PATH, one folder per version. */
const DEBIAN = "/usr/lib/postgresql/*/bin";

export async function postgresServer({
  settings = [],
  durable = false,
  under = [],
}: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPrograms();
  const owner = ordinaryUser();
  // A socket's path must stay below 104 bytes on macOS.
  const folder = await mkdtemp(join(tmpdir().length < 60 ? tmpdir() : "/tmp", "mf-pg-"));
  await chmod(folder, 0o700);
  if (owner.as.length > 0) await chown(folder, owner.uid, owner.gid);
  const run = createRun({ ...process.env, LC_ALL: "C", HOME: folder });
  const data = join(folder, "data");
  const as = (program: string, ...args: string[]): Promise<string> =>
    checked(run, [...owner.as, ...under, join(bin, program), ...args], folder);
  const control = (...args: string[]): Promise<string> => as("pg_ctl", "-D", data, "-w", "-s", ...args);
  const safe = durable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const options = [
    "listen_addresses=",
    `unix_socket_directories=${folder}`,
    "shared_buffers=64MB",
    ...safe,
    ...settings,
  ];
  const guard = whenCutShort(() => {
    endNow(data);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const server: PostgresServer = {
    folder,
    user: owner.name,
    bin,
    url: (database, login = owner.name) => `postgres:///${database}?host=${folder}&user=${login}`,
    async database() {
      const name = `test_${randomUUID().replaceAll("-", "")}`;
      await server.sql("postgres", `create database ${name}`);
      return name;
    },
    sql: (database, statement) =>
      as(
        "psql",
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        folder,
        "-d",
        database,
        "-c",
        statement,
      ),
    async stop(mode = "fast") {
      await control("-m", mode, "stop");
    },
    async start() {
      // Its log goes to a file: a server that holds our pipe open would keep the call from ending.
      await control("-l", join(folder, "log"), "-o", options.map((o) => `-c ${o}`).join(" "), "start");
    },
    async [Symbol.asyncDispose]() {
      await server.stop("immediate").catch(() => undefined);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      guard[Symbol.dispose]();
    },
  };
  try {
    await as("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-U", owner.name);
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

const END_TIMEOUT_MS = 5_000;

/** Ends the server of a data folder as a crash would, and blocks until it has ended. */
function endNow(data: string): void {
  let pid: number;
  try {
    pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, "SIGQUIT");
  } catch {
    // It has not begun, or has ended.
    return;
  }
  const deadline = performance.now() + END_TIMEOUT_MS;
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (isRunning(pid) && performance.now() < deadline) Atomics.wait(never, 0, 0, 10);
}

function findPrograms(): string {
  const folders = [
    ...globSync(DEBIAN).sort().reverse(),
    ...(process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== ""),
  ];
  const found = folders.find((folder) => globSync(join(folder, "initdb")).length > 0);
  if (found !== undefined) return found;
  throw new Error(
    "The Postgres tests need a Postgres server. Install it: apt-get install postgresql (Debian), brew install postgresql (macOS).",
  );
}

interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** What stands before a program so that it runs as this user. */
  readonly as: readonly string[];
}

/** Postgres refuses to run as root: then it runs as the user its package made, else as nobody. */
function ordinaryUser(): Owner {
  const { username, uid, gid } = userInfo();
  if (uid !== 0) return { name: username, uid, gid, as: [] };
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = ["postgres", "nobody"]
    .map((name) => lines.find((one) => one.startsWith(`${name}:`)))
    .find((one) => one !== undefined);
  const [name = "nobody", , user = "65534", group = "65534"] = (line ?? "").split(":");
  const as = ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups", "--"];
  return { name, uid: Number(user), gid: Number(group), as };
}

async function checked(run: Run, argv: readonly string[], cwd: string): Promise<string> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error("no program");
  const command: Argv = [program, ...args];
  const { exitCode, stdout, stderr } = await run(command, { cwd, timeoutMs: START_TIMEOUT_MS });
  if (exitCode === 0) return stdout.trim();
  throw new Error(`${argv.join(" ")} ended with ${String(exitCode)}: ${stderr.trim() || stdout.trim()}`);
}
