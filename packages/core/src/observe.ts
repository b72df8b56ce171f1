import { readdirSync } from "node:fs";
import { listProcesses, parseProcesses, type ProcessFacts } from "@mosaic/fleet-commands/ps";
import { HOLDER_UNIT, agentUnit } from "@mosaic/fleet-commands/systemd";
import type { Pane, Socket } from "@mosaic/fleet-commands/tmux";
import type { Heartbeat } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import { agentFacts, type AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import { runsDeclared } from "./launch/declared.ts";
import { COMMAND_KEY, parseEnv } from "./launch/env-file.ts";
import { CoreError } from "./error.ts";
import { readIfPresent } from "./files.ts";
import { readHeartbeat } from "./heartbeat-file.ts";
import { rosterCommand } from "./launch/launch.ts";
import type { ManagerKind } from "./manage/manager.ts";
import { firstPanes, readPanes } from "./panes.ts";
import { secondLook } from "./second-look.ts";
import { readSurvivors, type Survivor } from "./manage/survivors.ts";
import { readClaims } from "./store/claim-notes.ts";
import { isUp, readUnitFacts } from "./manage/unit-facts.ts";
import { usedSockets } from "./manage/used-sockets.ts";
import { isViewer } from "./talk/viewer.ts";

/** A session on the fleet's socket that no seat of the roster owns. */
export interface UnmanagedSession {
  readonly session: string;
  readonly command: string;
  readonly pid: number;
  /** True when this home started it: the seat was taken out of the roster while it ran. */
  readonly ours: boolean;
}

export interface FleetFacts {
  readonly observed_at: number;
  readonly socket: string | null;
  readonly server_pid: number | null;
  /** What the tmux server runs under; null while none runs. */
  readonly manager: ManagerKind | null;
  readonly paused: boolean;
  readonly agents: readonly AgentFacts[];
  readonly unmanaged: readonly UnmanagedSession[];
  /** The session that should hold the server is somebody else's. */
  readonly holder_foreign: boolean;
  /** Other sockets on which sessions of this home run: the roster named them earlier. Null for tmux's default. */
  readonly left_on: readonly (string | null)[];
  /** Processes that were told to end and did not. */
  readonly survivors: readonly Survivor[];
}

/** The panes themselves, for what acts on them. */
export interface Observation {
  readonly facts: FleetFacts;
  readonly panes: readonly Pane[];
}

/**
 * One tmux call, a second one where a report is in doubt, one systemctl call where units are installed, one process look-up
 * and one read of the run folder and of the claims in it, whatever the number of agents. Read-only.
 */
export async function observe(context: FleetContext, roster: Roster): Promise<Observation> {
  const socket = roster.tmux.socket_name;
  const [panes, left, survivors, units] = await Promise.all([
    readPanes(context, socket),
    leftOn(context, socket),
    readSurvivors(context),
    readUnitFacts(
      context,
      roster.agents.map(({ name }) => name),
    ),
  ]);
  const claims = readClaims(context.home, context.now());
  const heartbeats = readHeartbeats(context);
  const held = isUp(units.get(HOLDER_UNIT));
  const processes = await readProcesses(context, panes);
  const now = context.now();
  const sessions = firstPanes(panes);
  const looked = await secondLook(context, roster, sessions, heartbeats.get, now);
  const agents = await Promise.all(
    roster.agents.map(async (seat) => {
      const pane = sessions.get(seat.name);
      const process = pane && processes.get(pane.pid);
      const command = process && (await expectedCommand(context, roster, seat, process));
      return agentFacts({
        context,
        roster,
        seat,
        pane,
        process,
        command,
        heartbeat: looked.get(seat.name) ?? heartbeats.get(seat.name),
        claims: claims.flatMap(({ owner, card }) => (owner === seat.name ? [card] : [])),
        unit: units.get(agentUnit(seat.name)),
        stopped: heartbeats.stopped(seat.name),
        held,
        now,
      });
    }),
  );
  const holder = sessions.get(roster.tmux.holder_session);
  const seats = new Set<string>(roster.agents.map((seat) => seat.name));
  const unmanaged = [...sessions].flatMap(([session, pane]) => {
    if (seats.has(session) || session === roster.tmux.holder_session || isViewer(session)) return [];
    return [
      { session, command: pane.currentCommand, pid: pane.pid, ours: pane.mark?.home === context.home.root },
    ];
  });
  const facts: FleetFacts = {
    observed_at: now,
    socket: socket ?? null,
    server_pid: panes[0]?.server.pid ?? null,
    manager: panes[0] === undefined ? null : held ? "systemd" : "direct",
    paused: heartbeats.paused,
    agents,
    unmanaged,
    holder_foreign: holder !== undefined && holder.mark?.home !== context.home.root,
    left_on: left.map((name) => name ?? null),
    survivors,
  };
  return { facts, panes };
}

/** Asks tmux only where the home has used another socket before. */
async function leftOn(context: FleetContext, socket: Socket): Promise<Socket[]> {
  const others = (await usedSockets(context)).filter((name) => name !== socket);
  const panes = await Promise.all(others.map((name) => readPanes(context, name).catch(() => [])));
  return others.filter((_, at) => panes[at]?.some(({ mark }) => mark?.home === context.home.root));
}

interface Heartbeats {
  readonly paused: boolean;
  readonly get: (agent: string) => Heartbeat | undefined;
  /** Whether an operator stopped the agent. */
  readonly stopped: (agent: string) => boolean;
}

function readHeartbeats({ home }: FleetContext): Heartbeats {
  const names = entriesOf(home.run);
  const there = new Set(names);
  const heartbeats = new Map(
    names.flatMap((name) => {
      const heartbeat = name.endsWith(".hb") ? readHeartbeat(`${home.run}/${name}`) : undefined;
      return heartbeat ? [[name.slice(0, -".hb".length), heartbeat]] : [];
    }),
  );
  return {
    paused: there.has("PAUSED"),
    get: (agent) => heartbeats.get(agent),
    stopped: (agent) => there.has(`${agent}.stopped`),
  };
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function readProcesses(
  context: FleetContext,
  panes: readonly Pane[],
): Promise<Map<number, ProcessFacts>> {
  const pids = panes.filter((pane) => !pane.dead).map((pane) => pane.pid);
  if (pids.length === 0) return new Map();
  const { stdout, stderr } = await context.run(listProcesses(pids));
  // Exit code 1 and silence mean that none of them is alive; a look-up that failed means nothing at all.
  if (stdout === "" && stderr !== "") {
    throw new CoreError({
      code: "PS_FAILED",
      message: `ps could not look up the agents' processes: ${stderr.trim()}`,
      hint: "Install the ps of procps (on Debian: apt-get install procps); that of busybox does not suffice.",
    });
  }
  return new Map(parseProcesses(stdout).map((facts) => [facts.pid, facts]));
}

/**
 * The command line that replaces the runtime, from the roster or the operator's env file. The file is read only
 * when the process is not what the roster says, so that a healthy fleet costs no reads.
 */
async function expectedCommand(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  process: ProcessFacts,
): Promise<string | undefined> {
  const command = rosterCommand(roster, seat);
  if (command !== undefined || runsDeclared(seat.runtime, undefined, process.command)) return command;
  const text = await readIfPresent(context.home.env(seat.name)).catch(() => undefined);
  return text === undefined ? undefined : parseEnv(text)[COMMAND_KEY];
}
