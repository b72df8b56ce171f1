import { isFleetError } from "@mosaic/fleet-model";
import type { AgentFacts } from "./agent-facts.ts";
import { chosen } from "./agents.ts";
import {
  fleetLock,
  lockedThenReady,
  perform,
  unready,
  type Applying,
  type Outcome,
  type Performed,
} from "./apply.ts";
import type { FleetContext } from "./context.ts";
import { requireHere } from "./elsewhere.ts";
import { readIfPresent } from "./files.ts";
import { installHome } from "./install-home.ts";
import { observe, type FleetFacts } from "./observe.ts";
import type { Action } from "./plan.ts";
import { isAlive, stopFailed, type Survivor } from "./manage/survivors.ts";
import { socketName } from "./tmux-error.ts";
import { isUp } from "./manage/unit-facts.ts";
import { forgetSockets, onSocket, requireNoneLeft, socketsOf } from "./manage/used-sockets.ts";

export type Verb = "start" | "stop" | "restart";

/** Whether its unit runs, or is about to start it again. */
const willRun = ({ unit }: AgentFacts): boolean => unit !== null && isUp({ activeState: unit.state });

/** What a verb does to one agent in the state it is in. Pure. `start` leaves what runs as it is, also when drifted. */
export function actionOf(verb: Verb, agent: AgentFacts): Action {
  const action = (kind: Action["kind"], why: string): Action => ({ kind, agent: agent.name, why });
  if (agent.elsewhere !== null) return action("nothing", `it lives elsewhere: ${agent.elsewhere}`);
  if (agent.flags.includes("FOREIGN"))
    return action("conflict", "a session of this name runs that this home did not start");
  if (verb === "stop")
    return agent.session !== null || willRun(agent)
      ? action("stop", "asked for")
      : action("nothing", "it has no session");
  if (agent.session === null) return action("create", "it has no session");
  if (verb === "restart" || agent.readiness === "dead")
    return action("restart", verb === "restart" ? "asked for" : "its program has ended");
  return action("nothing", `it is ${agent.readiness}`);
}

/** Starts, stops or restarts the named agents, or all of them when none is named. */
export async function lifecycle(asked: Applying, verb: Verb, names: readonly string[]): Promise<Outcome[]> {
  // Before anything is written.
  const named = names.length === 0 ? [] : chosen(asked.roster, names).agents;
  for (const seat of named) requireHere(asked.context, asked.roster, seat, `fleet ${verb}`);
  // On a full disk a fleet must still be stopped.
  if (verb !== "stop") await installHome(asked.context);
  const change = async (o: Applying): Promise<Performed> => {
    const { agents } = chosen(o.roster, names);
    const { facts } = await observe(o.context, { ...o.roster, agents });
    requireNoneLeft(o.roster, socketsOf(facts));
    const performed = await perform(
      o,
      facts.agents.map((agent) => actionOf(verb, agent)),
      verb === "stop" ? new Set() : unready(o, facts),
    );
    if (verb !== "stop") return performed;
    const named = new Set<string>(agents.map(({ name }) => name));
    const survivors = facts.survivors.filter(({ agent }) => named.has(agent));
    return { ready: async () => withSurvivors(await performed.ready(), survivors) };
  };
  return await lockedThenReady(asked, change, verb === "stop" ? stopLock : fleetLock);
}

/** As {@link fleetLock}. Where there is no lock and no room to make one, nobody holds it: a fleet must still be stopped. */
async function stopLock(context: FleetContext, signal?: AbortSignal): Promise<Disposable> {
  try {
    return await fleetLock(context, signal);
  } catch (error) {
    if (!isFleetError(error) || error.code !== "WRITE_FAILED") throw error;
    if ((await readIfPresent(context.home.lock("fleet"))) !== undefined) throw error;
    return { [Symbol.dispose]: () => undefined };
  }
}

/**
 * Stops every session that this home started, also those whose seat is gone, then the holder;
 * also on sockets that the roster named earlier.
 *
 * @param note - What is to be said beside the reason of every stop.
 */
export async function down(o: Applying, note?: string): Promise<Outcome[]> {
  using _ = await stopLock(o.context, o.signal);
  const { facts } = await observe(o.context, o.roster);
  const here = await downOn(o, facts, note);
  const elsewhere: Outcome[] = [];
  for (const socket of socketsOf(facts)) {
    const roster = onSocket(o.roster, socket);
    const earlier = `the roster named ${socketName(socket)} earlier`;
    elsewhere.push(...(await downOn({ ...o, roster }, (await observe(o.context, roster)).facts, earlier)));
  }
  const outcomes = withSurvivors([...here, ...elsewhere], facts.survivors);
  if (outcomes.every(({ result }) => result !== "failed"))
    await forgetSockets(o.context, o.roster.tmux.socket_name);
  return outcomes;
}

/** Stops what this home has started on the roster's socket. */
async function downOn(o: Applying, facts: FleetFacts, note: string | undefined): Promise<Outcome[]> {
  const agents = facts.agents
    .filter((agent) => agent.session?.ours === true || (agent.session === null && willRun(agent)))
    .map(({ name }) => name);
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

/** What an earlier stop left running is no success, however often it is asked for. */
function withSurvivors(outcomes: readonly Outcome[], survivors: readonly Survivor[]): Outcome[] {
  const failed = new Set(outcomes.flatMap(({ agent, result }) => (result === "failed" ? [agent] : [])));
  const left = survivors.filter(({ agent, pid }) => !failed.has(agent) && isAlive(pid));
  const names = new Set(left.map(({ agent }) => agent));
  return [
    ...outcomes.filter(({ agent }) => !names.has(agent)),
    ...left.map((survivor): Outcome => {
      const { code, message, hint } = stopFailed(survivor);
      const error = { code, message, hint };
      return {
        agent: survivor.agent,
        action: "stop",
        result: "failed",
        elapsed_ms: 0,
        why: "asked for",
        error,
      };
    }),
  ];
}
