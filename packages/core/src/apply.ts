import { setTimeout as pause } from "node:timers/promises";
import { collectEnded } from "@mosaic/fleet-commands/tmux";
import { isAgentName, isFleetError, type AgentName, type FleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import type { ChosenManager } from "./manage/choose-manager.ts";
import { forgetConversation } from "./launch/conversation.ts";
import { howEnded } from "./how-ended.ts";
import { CoreError } from "./error.ts";
import { installHome } from "./install-home.ts";
import { lastLines, shownLines } from "./manage/last-lines.ts";
import { lock } from "./lock.ts";
import type { Manager, ManagerKind } from "./manage/manager.ts";
import { observe, type FleetFacts } from "./observe.ts";
import { plan, type Action } from "./plan.ts";
import { forgetHeartbeat, prepareSeat } from "./launch/prepare-seat.ts";
import { loadRoster } from "./roster-file.ts";
import { betweenMessages } from "./send-lock.ts";
import { startState } from "./start-state.ts";
import { noteStopped } from "./manage/stopped.ts";
import { requireNoneLeft, socketsOf } from "./manage/used-sockets.ts";
import { cannotLaunch, unlaunchableSeats } from "./launch/unlaunchable.ts";
import { launchedVersions, untried } from "./launch/untried.ts";

const READY_POLL_MS = 100;
const READY_TIMEOUT_MS = 60_000;
/** How long a program that reports nothing must run to count as started: what cannot start ends sooner. */
const STAYS_MS = 1_000;
/** How long tmux may take to collect the status of a program that has ended. */
const STATUS_MS = 500;

/** What became of one action. */
export interface Outcome {
  readonly agent: string;
  readonly action: Action["kind"];
  readonly result: "ready" | "started" | "stopped" | "enabled" | "removed" | "unchanged" | "failed";
  /** Milliseconds from the start of the action. */
  readonly elapsed_ms: number;
  readonly why: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long every agent has to answer its first heartbeat, in milliseconds. Default 60,000. */
  readonly readyTimeoutMs?: number | undefined;
  /** How long an agent that is told to end may take, in milliseconds. Default 5,000. */
  readonly stopGraceMs?: number | undefined;
  /** What is started begins a new conversation. Default: it goes on with the one that was recorded. */
  readonly fresh?: boolean | undefined;
  /** Which manager must be used. Default: {@link decideManager} decides. */
  readonly manager?: ManagerKind | undefined;
  /** Called once it is known which manager is used. */
  readonly managed?: ((chosen: ChosenManager) => void) | undefined;
  /** Called with what went wrong and can be done without. */
  readonly warn?: ((text: string) => void) | undefined;
  /** Called with each outcome as it is known. */
  readonly progress?: ((outcome: Outcome) => void) | undefined;
}

export interface Applying extends Omit<ApplyOptions, "manager"> {
  readonly context: FleetContext;
  readonly manager: Manager;
  readonly roster: Roster;
}

/** Only one command at a time changes the fleet of a home. */
export function fleetLock(context: FleetContext, signal?: AbortSignal): Promise<Disposable> {
  return lock(context.home.lock("fleet"), 10_000, "another command is changing this fleet", signal);
}

/** Makes what runs equal to the roster; see {@link perform} for what it returns. */
export async function apply(asked: Applying): Promise<Outcome[]> {
  await installHome(asked.context);
  return await lockedThenReady(asked, async (o) => {
    const { facts } = await observe(o.context, o.roster);
    requireNoneLeft(o.roster, socketsOf(facts));
    return await perform(
      o,
      plan(o.roster, facts, await unlaunchableSeats(o.context, o.roster)),
      unready(o, facts),
    );
  });
}

/**
 * Waits without the lock: what starts slowly, or never, can be stopped meanwhile.
 *
 * @param change - Gets the roster as it is under the lock: whoever held it before may have added or removed a seat.
 */
export async function lockedThenReady(
  o: Applying,
  change: (o: Applying) => Promise<Performed>,
  take: typeof fleetLock = fleetLock,
): Promise<Outcome[]> {
  const acted = async (): Promise<Performed> => {
    using _ = await take(o.context, o.signal);
    return await change({ ...o, roster: await loadRoster(o.context) });
  };
  return await (await acted()).ready();
}

/** Everything that was asked for has been done. */
export interface Performed {
  /**
   * Waits until every started agent has answered a heartbeat.
   *
   * @throws the signal's reason when it was aborted.
   */
  ready(): Promise<Outcome[]>;
}

/** The agents that run and have not answered yet: those of a start that was interrupted, for example. */
export const unready = ({ roster }: Applying, { agents }: FleetFacts): ReadonlySet<string> =>
  new Set(
    agents.flatMap((agent) =>
      agent.elsewhere === null && agent.session?.ours === true && startState(roster, agent) === "starting"
        ? [agent.name]
        : [],
    ),
  );

/**
 * Performs the actions. One agent's failure stops no other; it is in that agent's outcome. Interrupted anywhere, the
 * next run completes it.
 *
 * @param starting - The agents that run and are waited for as well.
 * @throws CoreError when nothing can be done at all; the signal's reason when it was aborted.
 */
export async function perform(
  o: Applying,
  actions: readonly Action[],
  starting: ReadonlySet<string> = new Set(),
): Promise<Performed> {
  const { manager, roster, signal } = o;
  const running = seatsToRun(roster, actions);
  if (running.length > 0) {
    await manager.prepare(roster);
    await manager.enable(running);
  }
  const began = performance.now();
  const outcomes = new Map<string, Outcome>();
  const settle: Settle = (action, result, error) => {
    const { agent, kind, why } = action;
    const elapsed_ms = Math.round(performance.now() - began);
    const failure = error ? { code: error.code, message: error.message, hint: error.hint } : null;
    const outcome: Outcome = { agent, action: kind, result, elapsed_ms, why, error: failure };
    outcomes.set(agent, outcome);
    if (result !== "unchanged") o.progress?.(outcome);
  };
  const waiting: Action[] = [];
  const next = actions.values();
  const inTurn = async (): Promise<void> => {
    for (const action of next) {
      signal?.throwIfAborted();
      try {
        if ((await act(o, action)) || (action.kind === "nothing" && starting.has(action.agent)))
          waiting.push(action);
        else settle(action, SETTLED[action.kind] ?? "unchanged");
      } catch (error) {
        // An interrupt from the terminal ends the tmux call as well: that is no failure of the agent.
        if (!isFleetError(error) || signal?.aborted) throw error;
        settle(action, "failed", error);
      }
    }
  };
  const turns = await Promise.allSettled(Array.from({ length: manager.atOnce }, inTurn));
  // Not before all have come to rest: the caller holds the fleet's lock.
  for (const turn of turns) if (turn.status === "rejected") throw turn.reason;
  return {
    ready: async () => {
      const started = roster.agents.filter(({ name }) => waiting.some(({ agent }) => agent === name));
      const [versions] = await Promise.all([
        launchedVersions(o.context, roster, started),
        waitUntilReady(o, waiting, settle),
      ]);
      const done = actions.flatMap(({ agent }) => outcomes.get(agent) ?? []);
      const failed = done.flatMap(({ agent, result }) => (result === "failed" ? [agent] : []));
      for (const remark of untried(versions, failed)) o.warn?.(remark);
      return done;
    },
  };
}

const seatsToRun = (roster: Roster, actions: readonly Action[]): AgentName[] =>
  roster.agents
    .map(({ name }) => name)
    .filter((name) =>
      actions.some(({ agent, kind }) => agent === name && ["create", "restart", "enable"].includes(kind)),
    );

const SETTLED: Readonly<Record<string, Outcome["result"]>> = { stop: "stopped", enable: "enabled" };

/** @returns whether the agent is now to be waited for. */
async function act(
  { context, manager, roster, fresh, signal }: Applying,
  { kind, agent, why, code }: Action,
): Promise<boolean> {
  if (kind === "nothing") return false;
  const seat = roster.agents.find((one) => one.name === agent);
  if (kind === "conflict") {
    if (seat && code !== undefined) throw cannotLaunch(seat, { code, why });
    throw new CoreError({
      code: "SESSION_FOREIGN",
      message: `${agent}: ${why}`,
      hint: "Rename the seat, or end that session yourself if it is yours; this fleet leaves it alone.",
    });
  }
  if (kind === "stop") {
    using _ = await betweenMessages(context, agent, signal);
    await manager.stop(roster, agent);
    if (seat) await noteStopped(context, seat.name);
    else if (isAgentName(agent)) await manager.disable(agent);
    return false;
  }
  // Agents that are to be enabled have been, all in one step.
  if (!seat || kind === "enable") return false;
  // Before the stop: on a full disk, or with a broken persona, the agent that runs goes on running.
  const launch = await prepareSeat(context, roster, seat);
  using _ = await betweenMessages(context, agent, signal);
  if (kind === "restart") {
    // Also before the stop, where nothing can be written: the agent goes on running, and reports again.
    await forgetHeartbeat(context, seat.name);
    await manager.stop(roster, agent);
  }
  await forgetHeartbeat(context, seat.name);
  if (fresh === true) await forgetConversation(context, seat.name);
  await manager.start(roster, launch);
  return true;
}

type Settle = (action: Action, result: Outcome["result"], error?: FleetError) => void;

async function waitUntilReady(o: Applying, actions: readonly Action[], settle: Settle): Promise<void> {
  const { context, roster, signal, readyTimeoutMs = READY_TIMEOUT_MS } = o;
  const deadline = performance.now() + readyTimeoutMs;
  /** Since when a program that reports nothing was seen to run, or to have ended without a status. */
  const seen = new Map<string, number>();
  let waiting = [...actions];
  while (waiting.length > 0) {
    signal?.throwIfAborted();
    const late = performance.now() > deadline;
    const { facts } = await observe(context, roster);
    const still: Action[] = [];
    for (const action of waiting) {
      const agent = facts.agents.find(({ name }) => name === action.agent);
      const state = agent ? startState(roster, agent) : "dead";
      // tmux may notice that a pane is dead before it learns how it ended.
      const pending =
        agent?.pane?.dead === true && agent.pane.exit_status === null && agent.pane.exit_signal === null;
      const key = `${action.agent} ${state}`;
      const since = seen.get(key) ?? performance.now();
      seen.set(key, since);
      const lasted = performance.now() - since;
      if (state === "ready") settle(action, "ready");
      else if (state === "running" && lasted >= STAYS_MS) settle(action, "started");
      else if (agent && state === "blocked" && lasted >= STAYS_MS)
        settle(action, "failed", await notReady(context, roster, agent));
      else if (pending && lasted < STATUS_MS) {
        await context.run(collectEnded(roster.tmux.socket_name));
        still.push(action);
      } else if (agent && (state === "dead" || (late && state === "starting")))
        settle(action, "failed", await notReady(context, roster, agent));
      else still.push(action);
    }
    waiting = still;
    if (waiting.length > 0) await pause(READY_POLL_MS, undefined, { signal });
  }
}

async function notReady(context: FleetContext, roster: Roster, agent: AgentFacts): Promise<CoreError> {
  const what =
    agent.session === null
      ? "its session was ended while it started"
      : agent.readiness === "dead"
        ? `its program ended${agent.pane ? howEnded(agent.pane.exit_status, agent.pane.exit_signal) : ""}`
        : agent.heartbeat?.current === true && agent.heartbeat.state === "blocked"
          ? `it asks something before it begins: ${agent.heartbeat.reason ?? "no reason given"}`
          : "it answered no heartbeat in time";
  const lines = agent.pane ? await lastLines(context, roster.tmux.socket_name, agent.pane.id) : [];
  return new CoreError({
    code: "AGENT_NOT_READY",
    message: `${agent.name}: ${what}${shownLines(lines)}`,
    hint: `Look at it with: mosaic agent tail ${agent.name}; mend the cause, then: mosaic fleet apply`,
  });
}
