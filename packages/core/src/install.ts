import { enableUnits, agentUnit } from "@mosaic/fleet-commands/systemd";
import type { Roster } from "@mosaic/fleet-roster";
import { fleetLock } from "./apply.ts";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { installHome } from "./install-home.ts";
import { installUnits } from "./manage/install-units.ts";
import { livesElsewhere } from "./launch/launch.ts";
import { prepareSeat } from "./launch/prepare-seat.ts";
import { planUnits, readUnits, requireOwn, type UnitChange } from "./manage/units.ts";
import { askUserManager, firstLine, systemctl } from "./manage/user-manager.ts";
import { isFleetError } from "@mosaic/fleet-model";

export interface InstallOptions {
  /** Whether units of another home are taken over. */
  readonly takeOver?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Installed {
  /** The files of the user's unit folder that were written. */
  readonly units: readonly UnitChange[];
  /** The agents that start at boot. */
  readonly enabled: readonly string[];
  /** What did not work and can be done without. */
  readonly remarks: readonly string[];
}

/**
 * Puts the fleet under the user's service manager: framework, env files, units, boot. Captures the environment of now for
 * the units. Starts nothing and stops nothing; idempotent, and interrupted anywhere the next call completes it.
 *
 * @throws CoreError `MANAGER_UNAVAILABLE`, `UNITS_FOREIGN`, `UNIT_FAILED`, `WRITE_FAILED`.
 */
export async function install(
  context: FleetContext,
  roster: Roster,
  o: InstallOptions = {},
): Promise<Installed> {
  const asked = await askUserManager(context);
  if ("silent" in asked) {
    throw new CoreError({
      code: "MANAGER_UNAVAILABLE",
      message: `there is nothing to install into: ${asked.silent}`,
      hint: "Without systemd nothing needs to be installed: mosaic fleet apply starts the fleet itself.",
    });
  }
  if (o.takeOver !== true) requireOwn(context, (await readUnits(context, false)).owner);
  using _ = await fleetLock(context, o.signal);
  await installHome(context);
  const units = await planUnits(context, true);
  const remarks = await installUnits(context, { capture: true, takeOver: o.takeOver === true });
  const enabled: string[] = [];
  for (const seat of roster.agents) {
    if (livesElsewhere(seat, context.host) !== undefined) continue;
    try {
      await prepareSeat(context, roster, seat);
    } catch (error) {
      if (!isFleetError(error) || error.code === "WRITE_FAILED") throw error;
      remarks.push(`${error.message}. ${error.hint}`);
    }
    const result = await systemctl(context, enableUnits([agentUnit(seat.name)]));
    if (typeof result !== "string" && result.exitCode === 0) enabled.push(seat.name);
    else
      remarks.push(
        `${seat.name} will not start at boot: ${typeof result === "string" ? result : firstLine(result.stderr)}`,
      );
  }
  return { units, enabled, remarks };
}
