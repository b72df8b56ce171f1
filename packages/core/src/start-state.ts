import { EXEC_PROCESS } from "@mosaic/fleet-commands/runtimes";
import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "./agent-facts.ts";
import { adapterOf, rosterCommand } from "./launch/launch.ts";

/** Ready means: a heartbeat of this very process, past `starting`. A program that reports none only runs. */
export function startState(
  roster: Roster,
  agent: AgentFacts,
): "ready" | "running" | "starting" | "blocked" | "dead" {
  if (agent.readiness === "dead") return "dead";
  if (agent.heartbeat?.current) {
    const { state } = agent.heartbeat;
    return state === "starting" || state === "blocked" ? state : "ready";
  }
  const seat = roster.agents.find(({ name }) => name === agent.name);
  const known = seat && adapterOf(roster, seat);
  const replaced = seat && rosterCommand(roster, seat) !== undefined;
  const { process } = agent;
  // A program other than the runtime runs where the operator's env file says so.
  const reports =
    known !== undefined && (replaced === true || process === null || known.process.test(process.command));
  return !reports && process?.declared === true && !EXEC_PROCESS.test(process.command)
    ? "running"
    : "starting";
}
