import { readdir } from "node:fs/promises";
import {
  HOLDER_UNIT,
  disableUnits,
  enableLinger,
  parseLinger,
  parseUnits,
  reloadUnits,
  showLinger,
  showUnits,
} from "@mosaic/fleet-commands/systemd";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readUnits, requireOwn, writeUnits } from "./units.ts";
import { isUp } from "./unit-facts.ts";
import { firstLine, systemctl } from "./user-manager.ts";

export interface InstallUnitsOptions {
  /** Whether the units get the environment of now. Default: only where they have none yet. */
  readonly capture?: boolean;
  /** Whether to take units over that belong to another home. */
  readonly takeOver?: boolean;
}

/**
 * Brings the user's units up to date, lets the manager read them, and lets it run from boot on. Idempotent.
 *
 * @returns What an operator should know: files kept beside, and what did not work and can be done without.
 * @throws CoreError `UNITS_FOREIGN`, `UNIT_FAILED`, `WRITE_FAILED`.
 */
export async function installUnits(context: FleetContext, o: InstallUnitsOptions = {}): Promise<string[]> {
  const { owner } = await readUnits(context, false);
  if (o.takeOver === true) await letGo(context, owner);
  else requireOwn(context, owner);
  const changes = await writeUnits(context, o.capture ?? false);
  const remarks = changes.flatMap(({ path, kept_as }) =>
    kept_as === null ? [] : [`${path} had been edited: your version is kept as ${kept_as}`],
  );
  if (changes.length > 0) await reload(context);
  const linger = await letLinger(context);
  return linger === undefined ? remarks : [...remarks, linger];
}

/**
 * Makes the units of another home free to be taken over: none of its agents starts at boot any more.
 *
 * @throws CoreError `UNITS_FOREIGN` while that fleet runs.
 */
async function letGo(context: FleetContext, owner: string | undefined): Promise<void> {
  if (owner === undefined || owner === context.home.root) return;
  const holder = await systemctl(context, showUnits([HOLDER_UNIT]));
  if (typeof holder !== "string" && parseUnits(holder.stdout).some(isUp)) {
    throw new CoreError({
      code: "UNITS_FOREIGN",
      message: `the fleet of the Mosaic home ${owner} runs in these units`,
      hint: `Stop it first: mosaic fleet down --mosaic-home ${owner}`,
    });
  }
  const names = await readdir(`${context.userUnits}/default.target.wants`).catch(() => []);
  const agents = names.filter((name) => name.startsWith("mosaic-agent@"));
  if (agents.length > 0) await systemctl(context, disableUnits(agents));
}

/** Makes the user's manager read the unit files. @throws CoreError `UNIT_FAILED`. */
export async function reload(context: FleetContext): Promise<void> {
  const result = await systemctl(context, reloadUnits());
  if (typeof result !== "string" && result.exitCode === 0) return;
  throw new CoreError({
    code: "UNIT_FAILED",
    message: `the user's service manager did not read the units: ${typeof result === "string" ? result : firstLine(result.stderr)}`,
    hint: "Try it by hand: systemctl --user daemon-reload",
  });
}

/** @returns why the fleet will end with the last login of its user, where that could not be changed. */
async function letLinger(context: FleetContext): Promise<string | undefined> {
  const { user } = context;
  const shown = await systemctl(context, showLinger(user));
  if (typeof shown !== "string" && parseLinger(shown.stdout) === true) return undefined;
  const result = await systemctl(context, enableLinger(user));
  if (typeof result !== "string" && result.exitCode === 0) return undefined;
  const why = typeof result === "string" ? result : firstLine(result.stderr);
  return `the fleet will end with your last login, and not start at boot (${why}). As root: loginctl enable-linger ${user}`;
}
