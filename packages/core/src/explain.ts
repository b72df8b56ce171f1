import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import { contractRemarks } from "./contract.ts";
import { launchOf } from "./launch.ts";
import { observe } from "./observe.ts";

/** One fact about an agent, where it is from, and how old it is in milliseconds (null: as of now). */
export interface ExplainedFact {
  readonly fact: string;
  readonly value: string;
  readonly source: string;
  readonly age_ms: number | null;
}

export interface Explanation {
  readonly agent: AgentFacts;
  /** Every fact that the classifier and the flags look at. */
  readonly facts: readonly ExplainedFact[];
}

/** Every fact about one agent, its source and age, and the rule that decided. Read-only. */
export async function explain(context: FleetContext, roster: Roster, name: string): Promise<Explanation> {
  const { seat } = seatOf(roster, name);
  const { facts } = await observe(context, { ...roster, agents: [seat] });
  const [agent] = facts.agents;
  if (!agent) throw new Error(`observing ${name} gave no row`);
  const launch = launchOf(roster, seat, context);
  const { home } = context;
  const rows: ExplainedFact[] = [];
  const add = (
    fact: string,
    value: string | number | boolean | null | undefined,
    source: string,
    age: number | null = null,
  ): void => {
    rows.push({
      fact,
      value: value === null || value === undefined ? "none" : String(value),
      source,
      age_ms: age,
    });
  };
  add("class", agent.class, home.roster);
  add("runtime", agent.runtime, home.roster);
  add("launch command", launch.command.join(" "), "roster and env file");
  add("working directory", launch.cwd, home.roster);
  add("PATH of the agent", launch.env.PATH, "environment of this command");
  add("env file", home.env(launch.name), "Mosaic home");
  add("socket", facts.socket ?? "tmux's default", home.roster);
  add("tmux server", facts.server_pid, "tmux list-panes");
  add(
    "session",
    agent.session?.id,
    "tmux list-panes",
    agent.session ? facts.observed_at - agent.session.created : null,
  );
  add("started by this home", agent.session?.ours, "session option @mosaic_home");
  add("pane", agent.pane?.id, "tmux list-panes");
  add("pane is dead", agent.pane?.dead, "tmux list-panes");
  add("exit status", agent.pane?.exit_status, "tmux list-panes");
  add("in copy mode", agent.pane?.in_mode, "tmux list-panes");
  add("idle", agent.idle_seconds === null ? null : `${String(agent.idle_seconds)} s`, "tmux activity");
  add("process", agent.pane?.pid, "tmux list-panes");
  add("command line", agent.process?.command, "ps");
  add("is the declared runtime", agent.process?.declared, "ps, against the runtime's adapter");
  add("memory", agent.process ? `${String(Math.round(agent.process.resident_kib / 1024))} MiB` : null, "ps");
  const beat = agent.heartbeat;
  const age = beat?.age_ms ?? null;
  const file = home.heartbeat(launch.name);
  add("heartbeat state", beat?.state, file, age);
  add("heartbeat reason", beat?.reason, file, age);
  add("heartbeat interval", beat ? `${String(beat.interval_ms / 1000)} s` : null, file, age);
  add("heartbeat is this process's", beat?.current, "its pid against the pane's");
  add("contract", beat?.contract, file, age);
  const against = (await contractRemarks(context, roster, facts)).get(launch.name);
  if (typeof beat?.contract === "string") {
    add("contract is current", against ?? true, "the persona and the layers, composed now");
  }
  add("card", agent.card, file, age);
  return { agent, facts: rows };
}
