import { existsSync, realpathSync } from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { DEFAULT_IDLE_THRESHOLD_SECONDS, mosaicHome } from "@mosaic/fleet-model";
import { createRun } from "@mosaic/fleet-process";
import type { FleetContext } from "./context.ts";

const STORE_IDLE_SECONDS = 600;

export interface ContextOptions {
  /** What a call was started with: it names the home, the store, the tmux folder and the calling agent. */
  readonly env: NodeJS.ProcessEnv;
  /** The Mosaic home; else `MOSAIC_HOME`, else `~/.config/mosaic`. */
  readonly home?: string | undefined;
  /** The script of the installed `mosaic`: panes and units call it, and the framework is beside it. */
  readonly script: string;
  /** Of that `mosaic`. */
  readonly version: string;
}

/** The context of a fleet on this host. Reads nothing of the home. */
export function fleetContext({ env, home: named, script, version }: ContextOptions): FleetContext {
  const userHome = homedir();
  const root = filled(named) ?? filled(env.MOSAIC_HOME) ?? join(userHome, ".config", "mosaic");
  const home = mosaicHome(realPath(resolve(root)));
  // Inside a pane TMUX_TMPDIR leads away from the fleet's server, and this variable back to it.
  const tmuxFolder = env.MOSAIC_TMUX_TMPDIR ?? env.TMUX_TMPDIR ?? "";
  const { TMUX_TMPDIR: _, ...rest } = env;
  const uid = String(process.getuid?.());
  const runtimeFolder = filled(env.XDG_RUNTIME_DIR) ?? existing(`/run/user/${uid}`);
  const path = pathWithout(home.bin, env.PATH ?? "");
  const program = realpathSync.native(script);
  return {
    home,
    framework: join(dirname(program), "framework"),
    run: createRun({
      ...rest,
      ...(tmuxFolder === "" ? {} : { TMUX_TMPDIR: tmuxFolder }),
      // `su` and `sudo` leave it out, and systemctl then finds no manager.
      ...(runtimeFolder === undefined ? {} : { XDG_RUNTIME_DIR: runtimeFolder }),
    }),
    now: Date.now,
    newId: () => crypto.randomUUID(),
    host: hostname().split(".")[0] ?? "localhost",
    // Few calls need it, and the user database takes its time.
    get user() {
      return userInfo().username;
    },
    userHome,
    path,
    tmuxFolder,
    userUnits: join(filled(env.XDG_CONFIG_HOME) ?? join(userHome, ".config"), "systemd", "user"),
    runtimeFolder,
    unitEnvironment: captured({ ...env, PATH: path, TMUX_TMPDIR: tmuxFolder }),
    program: [process.execPath, program],
    caller: filled(env.MOSAIC_AGENT_NAME),
    pid: process.pid,
    idleThresholdSeconds: seconds(env.MOSAIC_HEARTBEAT_IDLE_THRESHOLD) ?? DEFAULT_IDLE_THRESHOLD_SECONDS,
    version,
    store: {
      databaseUrl: filled(env.DATABASE_URL),
      dataDir: filled(env.PGLITE_DATA_DIR),
      idleSeconds: seconds(env.MOSAIC_STORE_IDLE_SECONDS) ?? STORE_IDLE_SECONDS,
      temporary: tmpdir(),
    },
  };
}

/**
 * The path without links, as far as it exists: a session of ours carries the home's path, and one home has one.
 */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
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
