import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { Applying, Outcome } from "./apply.ts";
import type { FleetContext } from "./context.ts";
import { installHome } from "./install-home.ts";
import { lifecycle } from "./lifecycle.ts";
import { prepareSeat } from "./launch/prepare-seat.ts";
import { loadRoster } from "./roster-file.ts";
import { addSeat, type SeatChanges } from "./seats.ts";

/**
 * Adds a seat to the roster, writes its env file, lets it start at boot, and starts it unless told not to.
 *
 * @returns What became of the start; nothing where none was asked for.
 */
export async function addAndStart(
  context: FleetContext,
  agent: string,
  changes: SeatChanges,
  start: boolean,
  applying: (roster: Roster) => Promise<Applying>,
): Promise<Outcome[]> {
  await addSeat(context, agent, changes);
  const roster = await loadRoster(context);
  const { name, seat } = seatOf(roster, agent);
  const o = await applying(roster);
  if (start) return lifecycle(o, "start", [name]);
  await installHome(context);
  await prepareSeat(context, roster, seat);
  await o.manager.enable([name]);
  return [];
}
