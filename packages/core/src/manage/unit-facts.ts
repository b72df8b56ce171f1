import {
  HOLDER_UNIT,
  agentUnit,
  parseUnits,
  showUnits,
  type Unit,
  type UnitFacts,
} from "@mosaic/fleet-commands/systemd";
import type { AgentName } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { unitsOwner } from "./units.ts";
import { mayAnswer, systemctl } from "./user-manager.ts";

/** The holder's unit and those of the agents, by unit. */
export type ObservedUnits = ReadonlyMap<Unit, UnitFacts>;

const NONE: ObservedUnits = new Map();

/** One call, whatever the number of agents; none where the units of this home are not installed. Read-only. */
export async function readUnitFacts(
  context: FleetContext,
  agents: readonly AgentName[],
): Promise<ObservedUnits> {
  if (!mayAnswer(context) || (await unitsOwner(context)) !== context.home.root) return NONE;
  const result = await systemctl(context, showUnits([HOLDER_UNIT, ...agents.map(agentUnit)]));
  // A manager that does not answer is no reason to see nothing.
  if (typeof result === "string" || result.exitCode !== 0) return NONE;
  return new Map(parseUnits(result.stdout).map((facts) => [facts.unit, facts]));
}

/** Whether a unit runs, or will by itself. */
export const isUp = (facts: Pick<UnitFacts, "activeState"> | undefined): boolean =>
  facts !== undefined && facts.activeState !== "inactive" && facts.activeState !== "failed";
