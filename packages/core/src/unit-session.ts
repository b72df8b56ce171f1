import { setTimeout as pause } from "node:timers/promises";
import { agentUnit } from "@mosaic/fleet-commands/systemd";
import { collectEnded } from "@mosaic/fleet-commands/tmux";
import { seatOf } from "./agents.ts";
import { joining, unitOfAgent } from "./manage/cgroup.ts";
import type { FleetContext } from "./context.ts";
import { createDirectManager } from "./manage/direct-manager.ts";
import { CoreError } from "./error.ts";
import { howEnded, signalOf } from "./how-ended.ts";
import { installHome } from "./install-home.ts";
import { lastLines, shownLines } from "./manage/last-lines.ts";
import { livesElsewhere } from "./launch/launch.ts";
import { firstPanes, paneOf, readPanes } from "./panes.ts";
import { forgetHeartbeat, prepareSeat } from "./launch/prepare-seat.ts";
import { lastGoodRoster, loadRoster } from "./roster-file.ts";
import { socketName } from "./tmux-error.ts";

/** How long tmux may take to notice the end of a program and to collect its status. */
const STATUS_MS = 10_000;
const POLL_MS = 50;
/** What {@link UnitSessions.ended} says of a session that is gone whole. */
const SESSION_GONE = 69;

/** The program of a session that was just started, or that ran already. */
export interface StartedSession {
  readonly pid: number;
  readonly sessionId: string;
}

/** What the units of the user's service manager call. */
export interface UnitSessions {
  readonly hold: () => Promise<void>;
  readonly start: (agent: string) => Promise<StartedSession>;
  readonly stop: (agent: string) => Promise<void>;
  readonly ended: (agent: string, sessionId: string) => Promise<SessionEnd>;
}

export const unitSessions = (context: FleetContext): UnitSessions => ({
  hold: () => hold(context),
  start: (agent) => start(context, agent),
  stop: (agent) => stop(context, agent),
  ended: (agent, sessionId) => ended(context, agent, sessionId),
});

/**
 * Starts an agent's session for its unit: the program in it joins the cgroup of the unit that this is called in, so that the
 * unit's limits are the agent's.
 *
 * @throws CoreError `AGENT_UNKNOWN`, `SESSION_FOREIGN`, and as {@link prepareSeat}.
 */
async function start(context: FleetContext, agent: string): Promise<StartedSession> {
  const roster = await loadRoster(context);
  const { name, seat } = seatOf(roster, agent);
  const elsewhere = livesElsewhere(seat, context.host);
  if (elsewhere !== undefined) {
    throw new CoreError({
      code: "AGENT_UNKNOWN",
      message: `${name} does not live here: ${elsewhere}`,
      hint: `Let its unit rest: systemctl --user disable --now ${agentUnit(name)}`,
    });
  }
  await installHome(context);
  const launch = await prepareSeat(context, roster, seat);
  await forgetHeartbeat(context, name);
  const cgroup = await unitOfAgent(name);
  const command = cgroup === undefined ? launch.command : joining(cgroup, launch.command);
  await createDirectManager(context).start(roster, { ...launch, command });
  const pane = await paneOf(context, roster.tmux.socket_name, name);
  if (pane) return { pid: pane.pid, sessionId: pane.sessionId };
  throw new CoreError({
    code: "AGENT_NOT_READY",
    message: `${name}: its session ended as soon as it was started`,
    hint: `Look at the unit's log: journalctl --user -u ${agentUnit(name)}`,
  });
}

/** Ends an agent's session and waits until its program is gone, as {@link Manager.stop}. */
async function stop(context: FleetContext, agent: string): Promise<void> {
  const { roster } = await lastGoodRoster(context);
  await createDirectManager(context).stop(roster, agent);
}

/**
 * Starts the tmux server and its holder session, for the holder's unit.
 *
 * @throws CoreError `MANAGER_CONFLICT` when the server runs already: then another unit, or none, would own it.
 */
async function hold(context: FleetContext): Promise<void> {
  const { roster } = await lastGoodRoster(context);
  const socket = roster.tmux.socket_name;
  const [pane] = await readPanes(context, socket);
  if (pane) {
    throw new CoreError({
      code: "MANAGER_CONFLICT",
      message: `a tmux server runs on ${socketName(socket)} already, as process ${String(pane.server.pid)}, outside of this unit`,
      hint: "Stop what runs there first, with mosaic fleet down where it is this fleet; then start again.",
    });
  }
  await createDirectManager(context).prepare(roster);
}

/** How a session ended: what its unit ends with, and why. */
export interface SessionEnd {
  /** The program's exit code; 1 when a signal ended it, 69 when its session is gone whole. */
  readonly status: number;
  readonly why: string;
}

/** To be asked once the session's program is known to be gone. */
async function ended(context: FleetContext, agent: string, sessionId: string): Promise<SessionEnd> {
  const { roster } = await lastGoodRoster(context);
  const socket = roster.tmux.socket_name;
  const deadline = performance.now() + STATUS_MS;
  for (;;) {
    const panes = await readPanes(context, socket);
    const pane = [...firstPanes(panes).values()].find((one) => one.sessionId === sessionId);
    if (!pane) return { status: SESSION_GONE, why: `${agent}: its session was ended from outside` };
    const how = howEnded(pane.exitStatus, signalOf(pane));
    if ((pane.dead && how !== "") || performance.now() > deadline) {
      const shown = shownLines(await lastLines(context, socket, pane.paneId));
      return { status: pane.exitStatus ?? 1, why: `${agent}: its program ended${how}${shown}` };
    }
    await context.run(collectEnded(socket));
    await pause(POLL_MS);
  }
}
