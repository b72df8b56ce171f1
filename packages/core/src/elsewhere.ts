import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { placeOf } from "./place.ts";

/**
 * For what is done by the home that starts the agent, and by no other.
 *
 * @param verb - What was asked for, as it is called there: `agent reset`.
 * @throws CoreError `AGENT_NOT_RUNNING` where the seat belongs to another host or to another tmux server.
 */
export function requireHere({ host }: FleetContext, { tmux }: Roster, seat: Agent, verb: string): void {
  const place = placeOf(seat, host);
  if (place.kind === "here" || (place.kind === "socket" && place.socket === tmux.socket_name)) return;
  const call = `mosaic ${verb} ${seat.name}`;
  throw new CoreError({
    code: "AGENT_NOT_RUNNING",
    ...(place.kind === "host"
      ? {
          message: `${seat.name} does not run on this host: it lives on ${place.destination}`,
          hint: `Do it there: ssh -t ${place.destination} ${call}`,
        }
      : {
          message: `${seat.name} does not run in this fleet: it lives on the tmux socket ${place.socket}`,
          hint: `Do it in the Mosaic home that starts it there: ${call} --mosaic-home <that home>`,
        }),
  });
}
