import type { AgentName } from "./agent-name.ts";

/** Where everything of one Mosaic home is. Paths only: nothing is read or made. */
export interface MosaicHome {
  readonly root: string;
  readonly fleet: string;
  readonly roster: string;
  readonly agents: string;
  readonly run: string;
  /** The runtime state of agents: one `<agent>.hb`, `<agent>.events` and inbox folder per agent. */
  readonly heartbeat: (agent: AgentName) => string;
  readonly events: (agent: AgentName) => string;
  readonly inbox: (agent: AgentName) => string;
  readonly env: (agent: AgentName) => string;
  /** Locks that the kernel frees when their holder dies. */
  readonly lock: (subject: string) => string;
  /** The resolved roster, cached by the content of the file it was parsed from. */
  readonly rosterCache: string;
  /** Executables on the PATH of every pane: `mosaic` itself. */
  readonly bin: string;
  /** `TMUX_TMPDIR` of what agents start, so that their own tmux servers are not the fleet's nor the operator's. */
  readonly agentTmux: string;
  readonly paused: string;
  /** The embedded store, a directory of Postgres. */
  readonly backlog: string;
}

/** @param root - The absolute path of the Mosaic home. */
export function mosaicHome(root: string): MosaicHome {
  const base = root.replace(/\/+$/, "");
  const fleet = `${base}/fleet`;
  const run = `${fleet}/run`;
  return {
    root: base === "" ? "/" : base,
    fleet,
    roster: `${fleet}/roster.yaml`,
    agents: `${fleet}/agents`,
    run,
    heartbeat: (agent) => `${run}/${agent}.hb`,
    events: (agent) => `${run}/${agent}.events`,
    inbox: (agent) => `${run}/inbox/${agent}`,
    env: (agent) => `${fleet}/agents/${agent}.env`,
    lock: (subject) => `${run}/lock/${subject}.lock`,
    rosterCache: `${run}/roster-cache.json`,
    bin: `${run}/bin`,
    agentTmux: `${run}/tmux`,
    paused: `${run}/PAUSED`,
    backlog: `${fleet}/backlog`,
  };
}
