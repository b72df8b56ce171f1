import type { Roster } from "@mosaic/fleet-roster";
import { chosen } from "./agents.ts";
import type { FleetContext } from "./context.ts";
import { currentContracts, withContractFlags } from "./current-contracts.ts";
import { observe, type FleetFacts } from "./observe.ts";

/**
 * What is true now, as a person is shown it: with the contracts compared as well, which depend on the whole roster.
 * Read-only.
 *
 * @param names - Of whom; of all when none is named.
 */
export async function observeFleet(
  context: FleetContext,
  roster: Roster,
  names: readonly string[] = [],
): Promise<FleetFacts> {
  const [{ facts }, contracts] = await Promise.all([
    observe(context, chosen(roster, names)),
    currentContracts(context, roster),
  ]);
  return { ...facts, agents: withContractFlags(facts.agents, contracts) };
}
