import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { RunResult } from "@mosaic/fleet-process";
import {
  systemdHost,
  type HostRunOptions,
  type SystemdHost,
  type SystemdHostOptions,
} from "@mosaic/fleet-testkit/systemd";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { PROGRAM, json, type AgentRow, type Seat } from "./fleet-world.ts";

/** A machine with systemd, and `mosaic` on it. */
export interface SystemdWorld extends SystemdHost {
  /** The user's Mosaic home: the one that nobody chose. */
  readonly home: string;
  mosaic(...args: readonly string[]): Promise<RunResult>;
  mosaicWith(options: HostRunOptions, ...args: readonly string[]): Promise<RunResult>;
  /** As {@link SystemdWorld.mosaic}; fails the test when it does not exit 0. */
  must(...args: readonly string[]): Promise<RunResult>;
  /** What a shell line of the user prints, whatever its exit code. */
  shell(line: string): Promise<string>;
  /** A property of a unit of the user. */
  unit(name: string, property: string): Promise<string>;
  /** Writes a roster of these seats; a seat that is a name alone is a canary. */
  roster(seats: readonly (string | Seat)[]): Promise<void>;
  rows(): Promise<readonly AgentRow[]>;
}

export const agentUnit = (name: string): string => `mosaic-agent@${name}.service`;
export const HOLDER = "mosaic-tmux-holder.service";

export async function systemdWorld(o: Omit<SystemdHostOptions, "programs"> = {}): Promise<SystemdWorld> {
  const host = await systemdHost({ ...o, programs: dirname(PROGRAM) });
  const home = `${host.userHome}/.config/mosaic`;
  const mosaicWith: SystemdWorld["mosaicWith"] = (options, ...args) =>
    host.run([host.node, `${host.programs}/mosaic.js`, ...args], options);
  const mosaic: SystemdWorld["mosaic"] = (...args) => mosaicWith({}, ...args);
  const shell = async (line: string): Promise<string> => (await host.run(["sh", "-c", line])).stdout.trim();
  return {
    ...host,
    home,
    mosaic,
    mosaicWith,
    must: async (...args) => {
      const result = await mosaic(...args);
      if (result.exitCode === 0) return result;
      throw new Error(
        `mosaic ${args.join(" ")} exited with ${String(result.exitCode)}:\n${result.stdout}${result.stderr}`,
      );
    },
    shell,
    unit: (name, property) => shell(`systemctl --user show --property=${property} --value -- '${name}'`),
    roster: async (seats) => {
      const agents = seats.map((seat) => ({
        runtime: "canary",
        ...(typeof seat === "string" ? { name: seat } : seat),
      }));
      const roster = { version: 1, tmux: { socket_name: "mosaic-fleet" }, agents };
      const folder = `${host.files}/.config/mosaic/fleet`;
      await mkdir(folder, { recursive: true });
      await writeFile(
        `${folder}/roster.yaml`,
        JSON.stringify({ ...roster, defaults: { working_directory: "~" } }),
      );
      await host.asRoot(["chown", "-R", `${host.user}:`, host.userHome]);
    },
    rows: async () => json(await mosaic("fleet", "ps", "--json")).agents,
    // Of the machine: a getter would be lost.
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Waits until a unit is in a state. */
export const reaches = (
  world: SystemdWorld,
  unit: string,
  state: string,
  deadlineMs = 30_000,
): Promise<true> =>
  waitFor(async () => (await world.unit(unit, "ActiveState")) === state, {
    what: async () =>
      `${unit} to be ${state}; it is:\n${await world.shell(`systemctl --user status --no-pager '${unit}'; journalctl --user -n 30 --no-pager -o cat`)}`,
    deadlineMs,
  });
