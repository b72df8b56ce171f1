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
  /** There while the agent is down because an operator stopped it. */
  readonly stopped: (agent: AgentName) => string;
  /** The system prompt that the agent's program was started with. */
  readonly contract: (agent: AgentName) => string;
  /** Which messages were typed into the agent's pane. */
  readonly typed: (agent: AgentName) => string;
  /** What the agent's pane printed; what is older is in `<file>.1`. */
  readonly log: (agent: AgentName) => string;
  /** Names the receivers for whom a message may wait: one file each, which says in which store. */
  readonly mailbox: string;
  /** The claims that calls from this home were given: one file per card. */
  readonly claims: string;
  readonly claim: (card: string) => string;
  /** The conversation that a restart of the agent goes on with. */
  readonly conversation: (agent: AgentName) => string;
  readonly env: (agent: AgentName) => string;
  /** Locks that the kernel frees when their holder dies. */
  readonly lock: (subject: string) => string;
  /** The resolved roster, cached by the content of the file it was parsed from. */
  readonly rosterCache: string;
  /** The hashes of the contracts as they would be composed now. */
  readonly contractCache: string;
  /** Executables on the PATH of every pane: `mosaic` itself. */
  readonly bin: string;
  /** `TMUX_TMPDIR` of what agents start, so that their own tmux servers are not the fleet's nor the operator's. */
  readonly agentTmux: string;
  readonly paused: string;
  /** Which of the user's units this home has written. */
  readonly units: string;
  /** The tmux sockets that this home has used. */
  readonly sockets: string;
  /** Processes that were told to end and did not. */
  readonly survivors: string;
  /** The embedded store, a directory of Postgres. */
  readonly backlog: string;
  /** What of the framework was seeded here; there when a seed was finished. */
  readonly seedManifest: string;
  /** What a seed that is not finished may have done. */
  readonly seedJournal: string;
  /** The operator's secrets, a `KEY=value` per line; nobody else may read it. */
  readonly credentials: string;
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
    stopped: (agent) => `${run}/${agent}.stopped`,
    contract: (agent) => `${run}/${agent}.contract.md`,
    typed: (agent) => `${run}/${agent}.typed`,
    log: (agent) => `${run}/log/${agent}.log`,
    mailbox: `${run}/mailbox`,
    claims: `${run}/claims`,
    // A card's id has letters, digits, `.`, `_`, `:`, `/` and `-`, and begins with a letter or a digit.
    claim: (card) => `${run}/claims/${card.replaceAll("/", "~")}`,
    conversation: (agent) => `${run}/${agent}.conversation`,
    env: (agent) => `${fleet}/agents/${agent}.env`,
    lock: (subject) => `${run}/lock/${subject}.lock`,
    rosterCache: `${run}/roster-cache.json`,
    contractCache: `${run}/contract-cache.json`,
    bin: `${run}/bin`,
    agentTmux: `${run}/tmux`,
    paused: `${run}/PAUSED`,
    units: `${run}/units.json`,
    sockets: `${run}/sockets.json`,
    survivors: `${run}/survivors.json`,
    backlog: `${fleet}/backlog`,
    seedManifest: `${fleet}/seed.json`,
    seedJournal: `${fleet}/seed-journal.json`,
    credentials: `${base}/credentials`,
  };
}
