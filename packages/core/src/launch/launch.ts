import { isAbsolute, join } from "node:path";
import { RUNTIMES, type RuntimeAdapter } from "@mosaic/fleet-commands/runtimes";
import { fingerprint, type AgentName } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { launchedBy } from "./declared.ts";
import { COMMAND_KEY } from "./env-file.ts";
import { placeOf } from "../place.ts";

/** What one agent is started with. */
export interface Launch {
  readonly name: AgentName;
  readonly command: Argv;
  readonly cwd: string;
  /** The variables of the pane that are not secret; the env file is read inside the pane. */
  readonly env: Readonly<Record<string, string>>;
  /** The hash of what the roster says about this launch: another hash is another launch. */
  readonly hash: string;
  /** The generated keys of the agent's env file. */
  readonly generated: Readonly<Record<string, string>>;
}

export function expandHome(path: string, userHome: string): string {
  if (path === "~") return userHome;
  if (path.startsWith("~/")) return join(userHome, path.slice(2));
  return isAbsolute(path) ? path : join(userHome, path);
}

/** The command line that stands in the place of `mosaic [yolo] <runtime>`, where the roster sets one. */
export function rosterCommand(roster: Roster, seat: Agent): string | undefined {
  return seat.command ?? roster.runtimes[seat.runtime]?.command;
}

/** Of what the seat is started with; of a command line, only mosaic's own launcher is known. */
export function adapterOf(roster: Roster, seat: Agent): RuntimeAdapter | undefined {
  const command = rosterCommand(roster, seat);
  return command === undefined || launchedBy(command) === seat.runtime ? RUNTIMES[seat.runtime] : undefined;
}

/** Where the seat's program runs: here, or on a host or socket that this roster's server is not. */
export function livesElsewhere(seat: Agent, host: string): string | undefined {
  const place = placeOf(seat, host);
  if (place.kind === "host") return place.destination;
  return place.kind === "socket" ? `socket ${place.socket}` : undefined;
}

/** @param override - `MOSAIC_AGENT_COMMAND` where the operator wrote it into the env file. */
export function launchOf(roster: Roster, seat: Agent, context: FleetContext, override?: string): Launch {
  const { home } = context;
  const { name } = seat;
  const cwd = expandHome(seat.working_directory, context.userHome);
  const mosaic = `${home.bin}/mosaic`;
  const fromRoster = rosterCommand(roster, seat);
  const model = seat.model_hint === undefined ? [] : ["--model", seat.model_hint];
  const channels = seat.channels.length === 0 ? [] : ["--channels", ...seat.channels];
  const own: Argv = [mosaic, ...(seat.yolo ? ["yolo"] : []), seat.runtime, ...model, ...channels];
  const commandLine = fromRoster ?? override;
  const generated: Record<string, string> = {
    MOSAIC_AGENT_NAME: name,
    MOSAIC_AGENT_RUNTIME: seat.runtime,
    MOSAIC_AGENT_MODEL: seat.model_hint ?? "",
    MOSAIC_AGENT_WORKDIR: cwd,
    MOSAIC_AGENT_CLASS: seat.class,
    MOSAIC_AGENT_YOLO: String(seat.yolo),
    MOSAIC_TMUX_SOCKET: roster.tmux.socket_name ?? "",
    MOSAIC_HOME: home.root,
    ...(fromRoster === undefined ? {} : { [COMMAND_KEY]: fromRoster }),
  };
  return {
    name,
    command: commandLine === undefined ? own : [mosaic, "exec", commandLine],
    cwd,
    env: {
      MOSAIC_HOME: home.root,
      MOSAIC_AGENT_NAME: name,
      MOSAIC_TMUX_TMPDIR: context.tmuxFolder,
      TMUX_TMPDIR: home.agentTmux,
      PATH: `${home.bin}:${context.path}`,
    },
    hash: fingerprint(JSON.stringify([generated, fromRoster ?? own])),
    generated,
  };
}
