import type { AgentFacts } from "./agent-facts.ts";
import { chosen } from "./agents.ts";
import { fleetLock, lockedThenReady, perform, unready, type Applying, type Outcome } from "./apply.ts";
import { installHome } from "./install-home.ts";
import { observe } from "./observe.ts";
import type { Action } from "./plan.ts";

export type Verb = "start" | "stop" | "restart";

/** What a verb does to one agent in the state it is in. Pure. `start` leaves what runs as it is, also when drifted. */
export function actionOf(verb: Verb, agent: AgentFacts): Action {
  const action = (kind: Action["kind"], why: string): Action => ({ kind, agent: agent.name, why });
  if (agent.elsewhere !== null) return action("nothing", `it lives elsewhere: ${agent.elsewhere}`);
  if (agent.flags.includes("FOREIGN"))
    return action("conflict", "a session of this name runs that this home did not start");
  if (verb === "stop")
    return agent.session ? action("stop", "asked for") : action("nothing", "it has no session");
  if (agent.session === null) return action("create", "it has no session");
  if (verb === "restart" || agent.readiness === "dead")
    return action("restart", verb === "restart" ? "asked for" : "its program has ended");
  return action("nothing", `it is ${agent.readiness}`);
}

/** Starts, stops or restarts the named agents, or all of them when none is named. */
export async function lifecycle(o: Applying, verb: Verb, names: readonly string[]): Promise<Outcome[]> {
  const { agents } = chosen(o.roster, names);
  // On a full disk a fleet must still be stopped.
  if (verb !== "stop") await installHome(o.context);
  return await lockedThenReady(o, async () => {
    const { facts } = await observe(o.context, { ...o.roster, agents });
    return await perform(
      o,
      facts.agents.map((agent) => actionOf(verb, agent)),
      verb === "stop" ? new Set() : unready(o, facts),
    );
  });
}

/**
 * Stops every session that this home started, also those whose seat is gone, then the holder.
 *
 * @param note - What is to be said beside the reason of every stop.
 */
export async function down(o: Applying, note?: string): Promise<Outcome[]> {
  using _ = await fleetLock(o.context, o.signal);
  const { facts } = await observe(o.context, o.roster);
  const agents = facts.agents.filter(({ session }) => session?.ours === true).map(({ name }) => name);
  const gone = facts.unmanaged.filter(({ ours }) => ours).map(({ session }) => session);
  const actions = [...agents, ...gone].map((agent): Action => ({
    kind: "stop",
    agent,
    why: ["the fleet goes down", ...(note === undefined ? [] : [note])].join("; "),
  }));
  const outcomes = await (await perform(o, actions)).ready();
  if (outcomes.every(({ result }) => result !== "failed")) await o.manager.release(o.roster);
  return outcomes;
}
