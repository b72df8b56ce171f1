import type { Roster } from "@mosaic/fleet-roster";
import type { ApplyOptions } from "../apply.ts";
import { chooseManager } from "./choose-manager.ts";
import type { FleetContext } from "../context.ts";
import { createDirectManager } from "./direct-manager.ts";
import type { Manager } from "./manager.ts";
import { createSystemdManager } from "./systemd-manager.ts";

/** The manager of a fleet, said aloud before it is used. Throws as {@link chooseManager}. */
export async function managerOf(
  context: FleetContext,
  roster: Roster,
  options: ApplyOptions,
): Promise<Manager> {
  const { managed, stopGraceMs, warn = () => undefined } = options;
  const chosen = await chooseManager(context, roster, options.manager);
  managed?.(chosen);
  return chosen.kind === "systemd"
    ? createSystemdManager(context, { warn, stopGraceMs })
    : createDirectManager(context, { stopGraceMs });
}
