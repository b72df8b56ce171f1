import { rm } from "node:fs/promises";
import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "../agent-facts.ts";
import type { Outcome } from "../apply.ts";
import type { FleetContext } from "../context.ts";
import { readIfPresent, writeAtomically } from "../files.ts";
import { openLayered } from "../library.ts";
import { observe } from "../observe.ts";

/** A relaunch that is not finished. */
interface Progress {
  /** The version it was for: to another one it says nothing. */
  readonly mosaic: string;
  /** The agents that have come back. */
  readonly done: readonly string[];
  /** The agent that was being restarted when this was written. */
  readonly current: string;
}

const PRIVATE = 0o600;

const place = ({ home }: FleetContext): string => `${home.run}/relaunch.json`;

/** The agents that a relaunch would restart now, in its order. Read-only. */
export async function planRelaunch(context: FleetContext, roster: Roster): Promise<string[]> {
  const [{ facts }, last, progress] = await Promise.all([
    observe(context, roster),
    floorOf(context),
    progressOf(context),
  ]);
  const wanted = facts.agents.filter((agent) => isToDo(agent, progress)).map(({ name }) => name);
  return relaunchOrder(roster, last).filter((name) => wanted.includes(name));
}

/**
 * Restarts every agent that runs, one at a time, each after the one before it has answered a heartbeat, the floor
 * last. It stops at the first that does not come back. Interrupted anywhere, the next goes on from there.
 *
 * @param restart - Restarts one agent and waits until it is ready.
 */
export async function relaunch(
  context: FleetContext,
  roster: Roster,
  restart: (agent: string) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const names = await planRelaunch(context, roster);
  const done = [...((await progressOf(context))?.done ?? [])];
  const outcomes: Outcome[] = [];
  for (const current of names) {
    const progress: Progress = { mosaic: context.version, done, current };
    await writeAtomically(place(context), JSON.stringify(progress), PRIVATE);
    const restarted = await restart(current);
    outcomes.push(...restarted);
    if (restarted.some(({ error }) => error !== null)) return outcomes;
    done.push(current);
  }
  await rm(place(context), { force: true });
  return outcomes;
}

/** Every seat of the roster: first those that may be missing for a moment, then the floor, its lead at the very end. Pure. */
export function relaunchOrder(roster: Roster, floor: Floor): string[] {
  const rank = (seat: Roster["agents"][number]): number =>
    floor.leads.has(seat.class) ? 2 : floor.classes.has(seat.class) ? 1 : 0;
  return [...roster.agents].sort((left, right) => rank(left) - rank(right)).map(({ name }) => name);
}

interface Floor {
  readonly classes: ReadonlySet<string>;
  readonly leads: ReadonlySet<string>;
}

/** What any system type of the home calls its floor and its lead: a roster does not say which one it came from. */
async function floorOf(context: FleetContext): Promise<Floor> {
  const listed = await (await openLayered(context)).profiles.list();
  const profiles = listed.flatMap((one) => ("profile" in one ? [one.profile] : []));
  return {
    classes: new Set(profiles.flatMap(({ floor }) => floor)),
    leads: new Set(profiles.map(({ lead }) => lead)),
  };
}

/** What runs and has not been restarted; and the agent that an interrupted relaunch had stopped to start it again. */
function isToDo(agent: AgentFacts, progress: Progress | undefined): boolean {
  if (agent.elsewhere !== null || progress?.done.includes(agent.name)) return false;
  return agent.session === null ? progress?.current === agent.name : agent.session.ours;
}

/** Whether a relaunch of this version was interrupted, or stopped at an agent. Read-only. */
export const isRelaunchUnfinished = async (context: FleetContext): Promise<boolean> =>
  (await progressOf(context)) !== undefined;

async function progressOf(context: FleetContext): Promise<Progress | undefined> {
  const text = await readIfPresent(place(context));
  if (text === undefined) return undefined;
  const progress = JSON.parse(text) as Progress; // Written above, and never in halves.
  return progress.mosaic === context.version ? progress : undefined;
}
