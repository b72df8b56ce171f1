import { nearest, type AgentName } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import { CoreError } from "./error.ts";

/** The seat of that exact name. @throws {@link CoreError} `AGENT_UNKNOWN`, naming the nearest ones. */
export function seatOf(roster: Roster, name: string): { readonly name: AgentName; readonly seat: Agent } {
  const seat = roster.agents.find((one) => one.name === name);
  if (seat) return { name: seat.name, seat };
  const names = roster.agents.map((one) => one.name);
  const near = nearest(name, names);
  throw new CoreError({
    code: "AGENT_UNKNOWN",
    message: `there is no agent ${JSON.stringify(name)} in the roster`,
    hint:
      near.length > 0
        ? `Did you mean ${near.join(" or ")}?`
        : `The roster has: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}`,
  });
}

/** The roster with the named seats only; all of it when none is named. @throws {@link CoreError} `AGENT_UNKNOWN`. */
export function chosen(roster: Roster, names: readonly string[]): Roster {
  if (names.length === 0) return roster;
  const wanted = new Set(names.map((name) => seatOf(roster, name).name));
  return { ...roster, agents: roster.agents.filter(({ name }) => wanted.has(name)) };
}
