import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import { launchOf, rosterCommand } from "./launch/launch.ts";
import { observeFleet } from "./observe-fleet.ts";
import { captured } from "./manage/units.ts";
import { operatorCommand, unlaunchable } from "./launch/unlaunchable.ts";

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

const mebibytes = (bytes: number): string => `${String(Math.round(bytes / 1024 ** 2))} MiB`;

/** Every fact about one agent, its source and age, and the rule that decided. Read-only. */
export async function explain(context: FleetContext, roster: Roster, name: string): Promise<Explanation> {
  const { seat } = seatOf(roster, name);
  const facts = await observeFleet(context, roster, [name]);
  const [agent] = facts.agents;
  if (!agent) throw new Error(`observing ${name} gave no row`);
  const override =
    rosterCommand(roster, seat) === undefined ? await operatorCommand(context, seat.name) : undefined;
  const launch = launchOf(roster, seat, context, override);
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
  add("roster file", home.roster, "Mosaic home");
  add("class", agent.class, "roster");
  add("runtime", agent.runtime, "roster");
  add("launch command", launch.command.join(" "), override === undefined ? "roster" : "env file");
  const against = await unlaunchable(context, roster, seat);
  if (against !== undefined) add("cannot be launched", against.why, "this host");
  add("working directory", launch.cwd, "roster");
  const path = await captured(context, "PATH");
  if (path === undefined) add("PATH of the agent", launch.env.PATH, "environment");
  else add("PATH of the agent", `${home.bin}:${path}`, "captured by fleet install");
  add("env file", home.env(launch.name), "Mosaic home");
  add("socket", facts.socket ?? "tmux's default", "roster");
  add("tmux server", facts.server_pid, "tmux");
  add("manager", facts.manager, "systemd and tmux");
  const { unit } = agent;
  add("unit", unit?.name, "systemd");
  if (unit) {
    add("unit state", unit.state === "failed" ? `failed: ${unit.result}` : unit.state, "systemd");
    add("starts at boot", unit.enabled, "systemd");
    add("restarts after a crash", unit.restarts, "systemd");
    add("memory of all it runs", unit.memory_bytes === null ? null : mebibytes(unit.memory_bytes), "systemd");
  }
  add("session", agent.session?.id, "tmux", agent.session ? facts.observed_at - agent.session.created : null);
  add("started by this home", agent.session?.ours, "tmux");
  add("pane", agent.pane?.id, "tmux");
  add("pane is dead", agent.pane?.dead, "tmux");
  add("exit status", agent.pane?.exit_status, "tmux");
  add("ended by", agent.pane?.exit_signal, "tmux");
  add("in copy mode", agent.pane?.in_mode, "tmux");
  add("idle", agent.idle_seconds === null ? null : `${String(agent.idle_seconds)} s`, "tmux");
  add("process", agent.pane?.pid, "tmux");
  add("command line", agent.process?.command, "ps");
  add("is the declared runtime", agent.process?.declared, "ps");
  add("memory", agent.process ? mebibytes(agent.process.resident_kib * 1024) : null, "ps");
  const beat = agent.heartbeat;
  const age = beat?.age_ms ?? null;
  add("heartbeat file", home.heartbeat(launch.name), "Mosaic home");
  add("heartbeat state", beat?.state, "heartbeat", age);
  add("heartbeat reason", beat?.reason, "heartbeat", age);
  add("heartbeat interval", beat ? `${String(beat.interval_ms / 1000)} s` : null, "heartbeat", age);
  add("heartbeat is this process's", beat?.current, "tmux and heartbeat");
  add("contract", beat?.contract, "heartbeat", age);
  if (typeof beat?.contract === "string") {
    const outdated = agent.remarks.find((remark) => remark.startsWith("CONTRACT: "));
    add(
      "contract is current",
      outdated?.slice("CONTRACT: ".length) ?? true,
      "the persona and the layers as they are",
    );
  }
  add("cards it holds", agent.cards.join(", ") || null, "claims and heartbeat");
  return { agent, facts: rows };
}
