import { isFleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "../agent-facts.ts";
import type { FleetContext } from "../context.ts";
import type { FleetFacts } from "../observe.ts";
import { observeFleet } from "../observe-fleet.ts";
import { answerOf, askPeer, clockRemark } from "./peer.ts";
import { placeOf } from "../place.ts";

/** Another host that has seats of this roster, and whether it could be asked. */
export interface HostFacts {
  /** What ssh is given. */
  readonly destination: string;
  readonly reached: boolean;
  /** How far its clock is ahead of this one, in seconds; 0 when it is right or not known. */
  readonly clock_ahead_seconds: number;
  /** Sentences about the host. */
  readonly remarks: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly elapsed_ms: number;
}

/** What is true now on every host of the roster. */
export interface FleetFactsOfHosts extends FleetFacts {
  readonly hosts: readonly HostFacts[];
}

interface Told {
  readonly facts: HostFacts;
  readonly agents: ReadonlyMap<string, AgentFacts>;
}

/**
 * Asks all hosts at once, each for what it sees of its own seats. A host that cannot be asked costs its own seats their
 * facts, and a few seconds; nothing else.
 */
export async function observeHosts(context: FleetContext, roster: Roster): Promise<FleetFactsOfHosts> {
  const places = new Map(
    roster.agents.flatMap((seat): [string, string][] => {
      const place = placeOf(seat, context.host);
      return place.kind === "host" ? [[seat.name, place.destination]] : [];
    }),
  );
  const destinations = [...new Set(places.values())];
  const [facts, ...told] = await Promise.all([
    observeFleet(context, roster),
    ...destinations.map((destination) => askHost(context, destination)),
  ]);
  const byDestination = new Map(told.map((one) => [one.facts.destination, one]));
  const agents = facts.agents.map((agent) => {
    const from = byDestination.get(places.get(agent.name) ?? "");
    return from ? joined(agent, from) : agent;
  });
  return { ...facts, agents, hosts: told.map((one) => one.facts) };
}

/** Whose seat it is and where is said by this roster; what is true of it, by its host. */
function joined(here: AgentFacts, { facts, agents }: Told): AgentFacts {
  const there = agents.get(here.name);
  const { name, tenant_id, host, alias, elsewhere } = here;
  // A host with an earlier version leaves out what it does not know.
  if (there) return { ...here, ...there, name, tenant_id, host, alias, elsewhere };
  const rule = facts.reached
    ? `the roster of ${facts.destination} has no such agent of its own`
    : `${facts.destination} could not be asked`;
  return { ...here, rule };
}

async function askHost(context: FleetContext, destination: string): Promise<Told> {
  const began = performance.now();
  const facts = (about: Pick<HostFacts, "reached" | "error">, clockAhead = 0): HostFacts => {
    const remark = clockRemark(destination, clockAhead);
    return {
      destination,
      ...about,
      clock_ahead_seconds: clockAhead,
      remarks: remark === "" ? [] : [remark],
      elapsed_ms: Math.round(performance.now() - began),
    };
  };
  try {
    const answer = await askPeer(context, destination, ["fleet", "ps", "--json"]);
    const { agents } = answerOf(destination, answer) as FleetFacts; // The other side runs the same code.
    const own = agents.filter(({ elsewhere }) => elsewhere === null);
    return {
      facts: facts({ reached: true, error: null }, answer.clockAhead),
      agents: new Map(own.map((agent) => [agent.name, agent])),
    };
  } catch (error) {
    if (!isFleetError(error)) throw error;
    const { code, message, hint } = error;
    return { facts: facts({ reached: false, error: { code, message, hint } }), agents: new Map() };
  }
}
