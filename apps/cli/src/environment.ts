import { existsSync, realpathSync } from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { openFleet, type Fleet, type FleetContext } from "@mosaic/fleet-core";
import type { RuntimeOptions } from "@mosaic/fleet-core/pane";
import type { UnitSessions } from "@mosaic/fleet-core/unit-session";
import { DEFAULT_IDLE_THRESHOLD_SECONDS, mosaicHome } from "@mosaic/fleet-model";
import { createRun, replaceProcess, runInteractive, type Argv } from "@mosaic/fleet-process";
import { VERSION } from "./version.ts";

const STORE_IDLE_SECONDS = 600;

/** The context of a call, from its flag and its environment. */
export function fleetContext(homeFlag: string | undefined, env: NodeJS.ProcessEnv): FleetContext {
  const userHome = homedir();
  const root = filled(homeFlag) ?? filled(env.MOSAIC_HOME) ?? join(userHome, ".config", "mosaic");
  const home = mosaicHome(realPath(resolve(root)));
  // Inside a pane TMUX_TMPDIR leads away from the fleet's server, and this variable back to it.
  const tmuxFolder = env.MOSAIC_TMUX_TMPDIR ?? env.TMUX_TMPDIR ?? "";
  const { TMUX_TMPDIR: _, ...rest } = env;
  const { uid, username } = userInfo();
  const runtimeFolder = filled(env.XDG_RUNTIME_DIR) ?? existing(`/run/user/${String(uid)}`);
  const path = pathWithout(home.bin, env.PATH ?? "");
  const script = realpathSync(process.argv[1] ?? "");
  return {
    home,
    framework: join(import.meta.dirname, "framework"),
    run: createRun({
      ...rest,
      ...(tmuxFolder === "" ? {} : { TMUX_TMPDIR: tmuxFolder }),
      // `su` and `sudo` leave it out, and systemctl then finds no manager.
      ...(runtimeFolder === undefined ? {} : { XDG_RUNTIME_DIR: runtimeFolder }),
    }),
    now: Date.now,
    newId: () => crypto.randomUUID(),
    host: hostname().split(".")[0] ?? "localhost",
    user: username,
    userHome,
    path,
    tmuxFolder,
    userUnits: join(filled(env.XDG_CONFIG_HOME) ?? join(userHome, ".config"), "systemd", "user"),
    runtimeFolder,
    unitEnvironment: captured({ ...env, PATH: path, TMUX_TMPDIR: tmuxFolder }),
    program: [process.execPath, script],
    caller: filled(env.MOSAIC_AGENT_NAME),
    pid: process.pid,
    idleThresholdSeconds: seconds(env.MOSAIC_HEARTBEAT_IDLE_THRESHOLD) ?? DEFAULT_IDLE_THRESHOLD_SECONDS,
    version: VERSION,
    store: {
      databaseUrl: filled(env.DATABASE_URL),
      dataDir: filled(env.PGLITE_DATA_DIR),
      idleSeconds: seconds(env.MOSAIC_STORE_IDLE_SECONDS) ?? STORE_IDLE_SECONDS,
      temporary: tmpdir(),
    },
  };
}

export const openFleetOf = (homeFlag: string | undefined): Fleet =>
  openFleet(fleetContext(homeFlag, process.env));

/**
 * The path without links, as far as it exists: a session of ours carries the home's path, and one home has one.
 */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** An empty variable is as good as none. */
const filled = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** What a unit needs of an operator's environment, where it is set: systemd gives it next to nothing. */
const CAPTURED = ["PATH", "TMUX_TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ"];

const captured = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    CAPTURED.flatMap((key) => {
      const value = filled(env[key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** A positive number of seconds; undefined when the text is none. */
function seconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text !== "" && Number.isFinite(value) && value > 0 ? value : undefined;
}

const pathWithout = (folder: string, path: string): string =>
  path
    .split(":")
    .filter((entry) => entry !== folder)
    .join(":");

/**
 * The program that edits a file: `$VISUAL` or `$EDITOR`, with its arguments; `vi` where a person sits at a terminal.
 *
 * @returns `undefined` when there is none of this.
 */
export function editorOf(env: NodeJS.ProcessEnv, terminal: boolean): Argv | undefined {
  const line = filled(env.VISUAL) ?? filled(env.EDITOR) ?? (terminal ? "vi" : "");
  const [program, ...args] = line.split(/\s+/).filter((word) => word !== "");
  return program === undefined ? undefined : [program, ...args];
}

/** Gives this terminal to a program until it ends. @returns its exit code. */
export function runInTerminal(argv: Argv): Promise<number> {
  const { tmuxFolder } = fleetContext(undefined, process.env);
  return runInteractive(argv, {
    env: tmuxFolder === "" ? process.env : { ...process.env, TMUX_TMPDIR: tmuxFolder },
  });
}

/** Runs a runtime in this terminal. @returns its exit code. */
export async function runRuntimeHere(
  runtime: string,
  homeFlag: string | undefined,
  options: RuntimeOptions,
): Promise<number> {
  const { runRuntime } = await import("@mosaic/fleet-core/pane");
  return runRuntime(fleetContext(homeFlag, process.env), runtime, process.env, options);
}

/** Replaces this process by another mosaic. */
export function replaceByMosaic(program: Argv, args: readonly string[]): never {
  replaceProcess([...program, ...args], process.env);
}

/** Replaces this process by a command line. */
export async function replaceHere(commandLine: string, homeFlag: string | undefined): Promise<never> {
  const { replaceByCommandLine } = await import("@mosaic/fleet-core/pane");
  return replaceByCommandLine(fleetContext(homeFlag, process.env), commandLine, process.env);
}

/** Owns the embedded store until nobody wants it any more. */
export async function serveStoreHere(homeFlag: string | undefined, signal: AbortSignal): Promise<void> {
  const { serveEmbeddedStore } = await import("@mosaic/fleet-core/store");
  await serveEmbeddedStore(fleetContext(homeFlag, process.env), signal, (line) => process.stdout.write(line));
}

/** What the units of systemd call, with the context that their environment gives. */
export async function openUnitSessions(homeFlag: string | undefined): Promise<UnitSessions> {
  const { unitSessions } = await import("@mosaic/fleet-core/unit-session");
  return unitSessions(fleetContext(homeFlag, process.env));
}
