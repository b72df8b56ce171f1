import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, startDetached, type Argv, type RunOptions, type RunResult } from "@mosaic/fleet-process";
import { isRunning, waitFor } from "./tmux.ts";

/** A machine of a test's own, as its user sees it: a system manager, logind, and the user's service manager. */
export interface SystemdHost extends AsyncDisposable {
  readonly user: string;
  /** The user's home as the user sees it. */
  readonly userHome: string;
  /** The same folder as the test sees it. */
  readonly files: string;
  /** The folder of `programs`, as the user sees it. */
  readonly programs: string;
  /** The Node that the test runs on, as the user sees it. */
  readonly node: string;
  /** Runs a program as the user, in a login session that ends with it. */
  run(argv: Argv, options?: HostRunOptions): Promise<RunResult>;
  /** Runs a program as the machine's root, outside of every session. */
  asRoot(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /** Ends everything at once, as a power cut does, and boots again. */
  reboot(): Promise<void>;
  /** Ends everything and removes the home. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HostRunOptions extends RunOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export interface SystemdHostOptions {
  /** `root`, or an ordinary user who exists here only. Default `root`. */
  readonly user?: "root" | "mosaic-test";
  /** A folder that the user sees at {@link SystemdHost.programs}. */
  readonly programs: string;
  /** Without it an ordinary user may do nothing that logind asks permission for, such as to linger. Default true. */
  readonly polkit?: boolean;
}

const SCRIPT = join(import.meta.dirname, "systemd-host.sh");
/** Not of the range that systemd gives away: their logs are not kept apart. */
const ORDINARY_UID = 54_321;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const PROGRAMS = "/run/programs";

/** Boots in about half a second. @throws an error that names what is missing. */
export async function systemdHost(o: SystemdHostOptions): Promise<SystemdHost> {
  const user = o.user ?? "root";
  const uid = user === "root" ? 0 : ORDINARY_UID;
  const folder = await mkdtemp(join(tmpdir().length < 60 ? tmpdir() : "/tmp", "mf-sd-"));
  const [files, state, programs] = [`${folder}/home`, `${folder}/state`, `${folder}/programs`];
  // The ordinary user passes through.
  await chmod(folder, 0o711);
  for (const path of [files, state, programs]) await mkdir(path, { mode: 0o755 });
  await chown(files, uid, uid);
  await cp(o.programs, programs, { recursive: true });
  await copyFile(process.execPath, `${programs}/node`);
  const run = createRun({ ...process.env, LC_ALL: "C" });
  const boot = (): Promise<Machine> =>
    booted([user, String(uid), files, state, programs], o.polkit !== false);
  let machine: Machine | undefined = await boot().catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const inside = (...argv: string[]): Argv => {
    if (machine === undefined) throw new Error("the machine is off");
    return ["nsenter", "-t", String(machine.first), "-m", "-p", "-i", "-u", "-C", "--", ...argv];
  };
  const userHome = user === "root" ? "/root" : files;
  const off = async (): Promise<void> => {
    const now = machine;
    machine = undefined;
    if (now === undefined) return;
    if (isRunning(now.script)) process.kill(now.script, "SIGTERM");
    await waitFor(() => !isRunning(now.script), { what: "the end of the machine" });
  };
  return {
    user,
    userHome,
    files,
    programs: PROGRAMS,
    node: `${PROGRAMS}/node`,
    run: (argv, { env = {}, ...options } = {}) => {
      const set = [`PATH=${PATH}`, "LANG=C.UTF-8", "TERM=xterm-256color"].map(
        (variable) => `--setenv=${variable}`,
      );
      // Inside of the session, which sets some of them itself.
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      // A login session of PAM: logind then starts the user's manager and tells where it listens.
      const session = [
        "--service-type=exec",
        "-p",
        "PAMName=login",
        "-p",
        `User=${user}`,
        "-p",
        "IgnoreSIGPIPE=no",
      ];
      return run(
        inside(
          ...["systemd-run", "--quiet", "--wait", "--collect", "--pipe", ...session],
          ...[`--working-directory=${userHome}`, ...set, "--", "env", ...variables, ...argv],
        ),
        { timeoutMs: 100_000, ...options },
      );
    },
    asRoot: (argv, options) => run(inside(...argv), { timeoutMs: 100_000, ...options }),
    reboot: async () => {
      await off();
      machine = await boot();
    },
    async [Symbol.asyncDispose]() {
      await off();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Machine {
  /** Its process 1, by the id it has outside. */
  readonly first: number;
  /** The script that ends it when it is told to end. */
  readonly script: number;
}

async function booted(args: readonly string[], polkit: boolean): Promise<Machine> {
  const env = { ...process.env, MOSAIC_TEST_POLKIT: polkit ? "yes" : "no" };
  const line = await startDetached(["setpriv", "--pdeathsig", "TERM", "sh", SCRIPT, ...args], { env });
  const [, first, script] = /^ready (\d+) (\d+)$/.exec(line ?? "") ?? [];
  if (first !== undefined && script !== undefined) return { first: Number(first), script: Number(script) };
  const { stderr } = await createRun(env)(["sh", SCRIPT, ...args], { timeoutMs: 20_000 });
  throw new Error(`no system manager could be booted here: ${stderr.trim()}`);
}
