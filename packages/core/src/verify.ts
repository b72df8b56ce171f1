import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "./agent-facts.ts";
import { startState } from "./start-state.ts";

/** Who of a fleet is alive on this host. */
export interface Verified {
  readonly alive: number;
  readonly of: number;
  readonly missing: readonly {
    readonly agent: string;
    readonly readiness: AgentFacts["readiness"];
    readonly why: string;
  }[];
}

/** Alive is who has answered a heartbeat in time; of a program that reports none, who runs as the roster says. Pure. */
export function verify(roster: Roster, agents: readonly AgentFacts[]): Verified {
  const here = agents.filter(({ elsewhere }) => elsewhere === null);
  const missing = here.filter(
    (agent) =>
      ["dead", "stale"].includes(agent.readiness) ||
      (agent.readiness === "unknown" && startState(roster, agent) !== "running"),
  );
  return {
    alive: here.length - missing.length,
    of: here.length,
    missing: missing.map(({ name, readiness, rule }) => ({ agent: name, readiness, why: rule })),
  };
}
