import { fleetContext, openFleet, type Fleet, type FleetContext } from "@mosaic/fleet-core";
import type { RuntimeOptions } from "@mosaic/fleet-core/pane";
import type { UnitSessions } from "@mosaic/fleet-core/unit-session";
import { replaceProcess, runInteractive, type Argv } from "@mosaic/fleet-process";
import { VERSION } from "./version.ts";

/** The context of this very call. */
const contextOf = (home: string | undefined): FleetContext =>
  fleetContext({ env: process.env, home, script: process.argv[1] ?? "", version: VERSION });

export const openFleetOf = (homeFlag: string | undefined): Fleet => openFleet(contextOf(homeFlag));

/**
 * The program that edits a file: `$VISUAL` or `$EDITOR`, with its arguments; `vi` where a person sits at a terminal.
 *
 * @returns `undefined` when there is none of this.
 */
export function editorOf(env: NodeJS.ProcessEnv, terminal: boolean): Argv | undefined {
  const line = [env.VISUAL, env.EDITOR].find((one = "") => one !== "") ?? (terminal ? "vi" : "");
  const [program, ...args] = line.split(/\s+/).filter((word) => word !== "");
  return program === undefined ? undefined : [program, ...args];
}

/** Gives this terminal to a program until it ends. @returns its exit code. */
export function runInTerminal(argv: Argv): Promise<number> {
  const { tmuxFolder } = contextOf(undefined);
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
  return runRuntime(contextOf(homeFlag), runtime, process.env, options);
}

/** Replaces this process by another mosaic. */
export function replaceByMosaic(program: Argv, args: readonly string[]): never {
  replaceProcess([...program, ...args], process.env);
}

/** Replaces this process by a command line. */
export async function replaceHere(commandLine: string, homeFlag: string | undefined): Promise<never> {
  const { replaceByCommandLine } = await import("@mosaic/fleet-core/pane");
  return replaceByCommandLine(contextOf(homeFlag), commandLine, process.env);
}

/** Owns the embedded store until nobody wants it any more. */
export async function serveStoreHere(homeFlag: string | undefined, signal: AbortSignal): Promise<void> {
  const { serveEmbeddedStore } = await import("@mosaic/fleet-core/store");
  await serveEmbeddedStore(contextOf(homeFlag), signal, (line) => process.stdout.write(line));
}

/** What the units of systemd call, with the context that their environment gives. */
export async function openUnitSessions(homeFlag: string | undefined): Promise<UnitSessions> {
  const { unitSessions } = await import("@mosaic/fleet-core/unit-session");
  return unitSessions(contextOf(homeFlag));
}
