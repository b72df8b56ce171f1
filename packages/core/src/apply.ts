import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { EXEC_PROCESS, RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import { capturePane, collectEnded } from "@mosaic/fleet-commands/tmux";
import { isFleetError, type FleetError } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import { contractComposer } from "./contract.ts";
import { COMMAND_KEY, mergeEnv, parseEnv } from "./env-file.ts";
import { CoreError } from "./error.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import { installHome } from "./install-home.ts";
import { launchOf, rosterCommand } from "./launch.ts";
import { lock } from "./lock.ts";
import type { Manager } from "./manager.ts";
import { observe, type FleetFacts } from "./observe.ts";
import { plan, type Action } from "./plan.ts";
import { runtimeUnsupported, unlaunchable, unlaunchableSeats } from "./unlaunchable.ts";

const READY_POLL_MS = 100;
const READY_TIMEOUT_MS = 60_000;
/** How long a program that reports nothing must run to count as started: what cannot start ends sooner. */
const STAYS_MS = 1_000;
/** How long tmux may take to collect the status of a program that has ended. */
const STATUS_MS = 500;
/** How many last lines of a pane stand in the message about an agent that did not get ready. */
const LAST_LINES = 12;

/** What became of one action. */
export interface Outcome {
  readonly agent: string;
  readonly action: Action["kind"];
  readonly result: "ready" | "started" | "stopped" | "unchanged" | "failed";
  /** Milliseconds from the start of the action. */
  readonly elapsed_ms: number;
  readonly why: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long every agent has to answer its first heartbeat, in milliseconds. Default 60,000. */
  readonly readyTimeoutMs?: number | undefined;
  /** Called with each outcome as it is known. */
  readonly progress?: ((outcome: Outcome) => void) | undefined;
}

export interface Applying extends ApplyOptions {
  readonly context: FleetContext;
  readonly manager: Manager;
  readonly roster: Roster;
}

/** Only one command at a time changes the fleet of a home. */
export function fleetLock(context: FleetContext, signal?: AbortSignal): Promise<Disposable> {
  return lock(context.home.lock("fleet"), 10_000, "another command is changing this fleet", signal);
}

/** Makes what runs equal to the roster; see {@link perform} for what it returns. */
export async function apply(o: Applying): Promise<Outcome[]> {
  await installHome(o.context);
  return await lockedThenReady(o, async () => {
    const { facts } = await observe(o.context, o.roster);
    return await perform(
      o,
      plan(o.roster, facts, new Map(), await unlaunchableSeats(o.context, o.roster)),
      unready(o, facts),
    );
  });
}

/** Waits without the lock: what starts slowly, or never, can be stopped meanwhile. */
export async function lockedThenReady(
  { context, signal }: Applying,
  change: () => Promise<Performed>,
): Promise<Outcome[]> {
  const acted = async (): Promise<Performed> => {
    using _ = await fleetLock(context, signal);
    return await change();
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
  if (actions.some(({ kind }) => kind === "create" || kind === "restart")) await manager.prepare(roster);
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
  for (const action of actions) {
    signal?.throwIfAborted();
    try {
      if ((await act(o, action)) || (action.kind === "nothing" && starting.has(action.agent)))
        waiting.push(action);
      else settle(action, action.kind === "stop" ? "stopped" : "unchanged");
    } catch (error) {
      // An interrupt from the terminal ends the tmux call as well: that is no failure of the agent.
      if (!isFleetError(error) || signal?.aborted) throw error;
      settle(action, "failed", error);
    }
  }
  return {
    ready: async () => {
      await waitUntilReady(o, waiting, settle);
      return actions.flatMap(({ agent }) => outcomes.get(agent) ?? []);
    },
  };
}

/** @returns whether the agent is now to be waited for. */
async function act(
  { context, manager, roster }: Applying,
  { kind, agent, why, code }: Action,
): Promise<boolean> {
  if (kind === "nothing") return false;
  const seat = roster.agents.find((one) => one.name === agent);
  if (kind === "conflict") {
    if (seat && code === "RUNTIME_UNSUPPORTED") throw runtimeUnsupported(seat);
    throw new CoreError({
      code: "SESSION_FOREIGN",
      message: `${agent}: ${why}`,
      hint: "Rename the seat, or end that session yourself if it is yours; this fleet leaves it alone.",
    });
  }
  if (kind === "stop") {
    await manager.stop(roster, agent);
    return false;
  }
  if (!seat) return false;
  // Before the stop: on a full disk, or with a broken persona, the agent that runs goes on running.
  const command = await refreshEnv(context, roster, seat);
  if (unlaunchable(roster, seat, command) !== undefined) throw runtimeUnsupported(seat);
  if (command === undefined) await (await contractComposer(context, roster))(seat);
  if (kind === "restart") await manager.stop(roster, agent);
  // A heartbeat of an earlier start proves nothing about this one.
  await rm(context.home.heartbeat(seat.name), { force: true });
  await manager.start(roster, launchOf(roster, seat, context, command));
  return true;
}

/** @returns The operator's command line in the agent's env file. */
async function refreshEnv(context: FleetContext, roster: Roster, seat: Agent): Promise<string | undefined> {
  const path = context.home.env(seat.name);
  const existing = await readIfPresent(path);
  const { generated } = launchOf(roster, seat, context);
  const text = mergeEnv(existing, generated);
  if (text !== existing) await writeAtomically(path, text, 0o600);
  return parseEnv(text)[COMMAND_KEY];
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
      // tmux may notice that a pane is dead before it learns the status; a signal leaves none.
      const pending = agent?.pane?.dead === true && agent.pane.exit_status === null;
      const key = `${action.agent} ${state}`;
      const since = seen.get(key) ?? performance.now();
      seen.set(key, since);
      const lasted = performance.now() - since;
      if (state === "ready") settle(action, "ready");
      else if (state === "running" && lasted >= STAYS_MS) settle(action, "started");
      else if (pending && lasted < STATUS_MS) {
        await context.run(collectEnded(roster.tmux.socket_name));
        still.push(action);
      } else if (agent && (state === "dead" || (late && state === "starting")))
        settle(action, "failed", await notReady(context, roster, agent));
      else still.push(action);
    }
    waiting = still;
    if (waiting.length > 0) await pause(READY_POLL_MS, undefined, signal ? { signal } : {});
  }
}

/** Ready means: a heartbeat of this very process, past `starting`. A program that reports none only runs. */
export function startState(roster: Roster, agent: AgentFacts): "ready" | "running" | "starting" | "dead" {
  if (agent.readiness === "dead") return "dead";
  if (agent.heartbeat?.current) return agent.heartbeat.state === "starting" ? "starting" : "ready";
  const seat = roster.agents.find(({ name }) => name === agent.name);
  const known =
    seat !== undefined && rosterCommand(roster, seat) === undefined ? RUNTIMES[agent.runtime] : undefined;
  const { process } = agent;
  // A program other than the runtime runs where the operator's env file says so.
  const reports = known !== undefined && (process === null || known.process.test(process.command));
  return !reports && process?.declared === true && !EXEC_PROCESS.test(process.command)
    ? "running"
    : "starting";
}

async function notReady(context: FleetContext, roster: Roster, agent: AgentFacts): Promise<CoreError> {
  const what =
    agent.session === null
      ? "its session was ended while it started"
      : agent.readiness === "dead"
        ? `its program ended${typeof agent.pane?.exit_status === "number" ? ` with status ${String(agent.pane.exit_status)}` : ""}`
        : "it answered no heartbeat in time";
  const lines = agent.pane ? await lastLines(context, roster, agent.pane.id) : [];
  const shown =
    lines.length === 0 ? "" : `; its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return new CoreError({
    code: "AGENT_NOT_READY",
    message: `${agent.name}: ${what}${shown}`,
    hint: `Look at it with: mosaic agent tail ${agent.name}; mend the cause, then: mosaic fleet apply`,
  });
}

async function lastLines(context: FleetContext, roster: Roster, paneId: string): Promise<string[]> {
  // tmux moves the screen of a dead pane up to write a line of its own at the bottom.
  const { stdout } = await context.run(capturePane(roster.tmux.socket_name, paneId, LAST_LINES));
  return stdout
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("Pane is dead ("))
    .slice(-LAST_LINES);
}
