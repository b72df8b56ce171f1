import type {
  Action,
  AgentFacts,
  Explanation,
  Flag,
  FleetFacts,
  FleetFactsOfHosts,
  Outcome,
} from "@mosaic/fleet-core";
import type { Output } from "./output.ts";
import { table, type Column } from "./table.ts";

const AGE_UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;

/** `12s`, `5m`, `3h`, `2d`: the largest whole unit. */
export function age(seconds: number): string {
  for (const [unit, size] of AGE_UNITS)
    if (seconds >= size) return `${String(Math.floor(seconds / size))}${unit}`;
  return `${String(Math.max(0, Math.floor(seconds)))}s`;
}

const READINESS_STYLE = {
  dead: "red",
  unknown: "yellow",
  stale: "yellow",
  stuck: "magenta",
  working: "cyan",
  available: "green",
} as const;

const beat = (agent: AgentFacts): string => {
  const since = agent.heartbeat?.current === true ? age(agent.heartbeat.age_ms / 1000) : "-";
  return `${since}/${agent.readiness}`;
};

/** `DEAD(3)`: it ended with status 3; `DEAD(SIGKILL)`: a signal ended it. */
const flagText = ({ pane }: AgentFacts, flag: Flag): string => {
  const end = pane?.exit_status ?? pane?.exit_signal ?? null;
  return flag === "DEAD" && end !== null ? `DEAD(${String(end)})` : flag;
};

const cardCell = ({ card, cards }: AgentFacts): string =>
  card === null ? "-" : `${card}${cards.length > 1 ? ` +${String(cards.length - 1)}` : ""}`;

const unitText = ({ unit }: AgentFacts): string =>
  unit === null ? "-" : `${unit.state}/${unit.enabled ? "enabled" : "disabled"}`;

const paintUnit = (out: Output, { unit }: AgentFacts, text: string): string =>
  unit?.state === "failed" ? out.paint("red", text) : text;

/** What keeps an agent from its work: a question that waits, or a model that refuses. */
function mattersOf({ readiness, heartbeat, remarks }: AgentFacts): [what: string, why: string][] {
  const refused = remarks.flatMap((remark): [string, string][] => {
    const [, what, why] = /^(LIMIT|LOGIN|FAILING): (.*)$/s.exec(remark) ?? [];
    return what === undefined || why === undefined ? [] : [[what, why]];
  });
  return readiness === "stuck" ? [["STUCK", heartbeat?.reason ?? "it gives no reason"], ...refused] : refused;
}

/**
 * The table of `fleet ps`, with a banner when the fleet is paused and the sessions nobody owns below.
 *
 * @param width - Of the terminal; undefined in a pipe, where no column is left out.
 */
export function psText(out: Output, facts: FleetFacts | FleetFactsOfHosts, width?: number): string {
  const hosts = "hosts" in facts ? facts.hosts : undefined;
  const columns: Column<AgentFacts>[] = [
    ...(hosts ? [{ head: "HOST", cell: (a: AgentFacts) => a.host }] : []),
    { head: "NAME", cell: (a) => (a.alias === null ? a.name : `${a.name} (${a.alias})`) },
    { head: "CLASS", cell: (a) => a.class },
    { head: "RUNTIME", cell: (a) => a.runtime, spare: 3 },
    { head: "PANE", cell: (a) => a.pane?.id ?? "-", spare: 6 },
    { head: "PID", cell: (a) => (a.pane && !a.pane.dead ? String(a.pane.pid) : "-"), right: true, spare: 5 },
    {
      head: "IDLE",
      cell: (a) => (a.idle_seconds === null ? "-" : age(a.idle_seconds)),
      right: true,
      spare: 2,
    },
    { head: "HB", cell: beat, paint: (a, text) => out.paint(READINESS_STYLE[a.readiness], text) },
    { head: "CARD", cell: cardCell, spare: 4 },
    { head: "UNIT", cell: unitText, paint: (a, text) => paintUnit(out, a, text) },
    {
      head: "FLAGS",
      cell: (a) => a.flags.map((flag) => flagText(a, flag)).join(",") || "-",
      paint: (a, text) => (a.flags.length > 0 ? out.paint("yellow", text) : text),
    },
  ];
  const banner = facts.paused
    ? [out.paint(["bold", "yellow"], "PAUSED: nothing is dispatched and nothing is merged"), ""]
    : [];
  const unmanaged = facts.unmanaged.map(
    ({ session, command, ours }) =>
      `${out.paint("yellow", "UNMANAGED")} ${session} runs ${command}${ours ? "; it is no longer in the roster (mosaic fleet apply stops it)" : ""}`,
  );
  const troubles = (hosts ?? []).flatMap(({ error, remarks }) => [
    ...(error ? [`${out.paint("red", "UNREACHED")} ${error.message}. ${error.hint}`] : []),
    ...remarks.map((remark) => `${out.paint("yellow", "CLOCK")} ${remark}`),
  ]);
  const left = facts.left_on.map(
    (socket) =>
      `${out.paint("yellow", "LEFT BEHIND")} agents of this fleet run on ${socket === null ? "tmux's default socket" : `socket ${socket}`}, which the roster no longer names (mosaic fleet down ends them)`,
  );
  const survivors = facts.survivors.map(
    ({ agent, pid }) =>
      `${out.paint("yellow", "STILL RUNS")} process ${String(pid)} of ${agent}, which was told to end (kill -9 ${String(pid)} ends it)`,
  );
  const matters = facts.agents.flatMap((agent) =>
    mattersOf(agent).map(([what, why]) => `${out.paint("magenta", what)} ${agent.name}: ${why}`),
  );
  const below = [...matters, ...unmanaged, ...left, ...survivors];
  return [
    ...banner,
    table(out, columns, facts.agents, width),
    ...(troubles.length > 0 ? ["", ...troubles] : []),
    ...(below.length > 0 ? ["", ...below] : []),
  ].join("\n");
}

const SIGNS = { create: "+", restart: "~", stop: "-", enable: "^", nothing: "=", conflict: "!" } as const;
const SIGN_STYLE = {
  create: "green",
  restart: "yellow",
  stop: "red",
  enable: "green",
  nothing: "gray",
  conflict: "magenta",
} as const;

export function planText(out: Output, actions: readonly Action[]): string {
  const columns: Column<Action>[] = [
    { head: "", cell: (a) => SIGNS[a.kind], paint: (a, text) => out.paint(SIGN_STYLE[a.kind], text) },
    { head: "AGENT", cell: (a) => a.agent },
    { head: "ACTION", cell: (a) => a.kind },
    { head: "WHY", cell: (a) => a.why },
  ];
  const conflicts = actions.filter(({ kind }) => kind === "conflict").length;
  const changes = actions.filter(({ kind }) => kind !== "nothing").length - conflicts;
  const end = [
    changes === 0
      ? `Nothing to do${conflicts > 0 ? " for mosaic" : ""}.`
      : `${String(changes)} to change. Do it with: mosaic fleet apply`,
    ...(conflicts > 0
      ? [`${String(conflicts)} in conflict, left alone until you have mended the cause.`]
      : []),
  ].join("\n");
  return `${table(out, columns, actions)}\n\n${end}`;
}

/**
 * What is said beside a roster that was made: where it stands, or would, and which seats cannot be launched here yet.
 *
 * @param unlaunchable - Why, by name.
 */
export function rosterMadeText(
  path: string,
  written: boolean,
  unlaunchable: ReadonlyMap<string, { readonly why: string }>,
): string {
  const where = written
    ? `Wrote ${path}. Next: mosaic fleet apply`
    : `A dry run: nothing was written. With --write this goes to ${path}`;
  if (unlaunchable.size === 0) return where;
  const grouped = Map.groupBy(unlaunchable.keys(), (name) => unlaunchable.get(name)?.why ?? "");
  const lines = [...grouped].map(([why, names]) => `  ${names.join(", ")}: ${why}`);
  return [where, "These seats cannot be launched on this host yet:", ...lines].join("\n");
}

export function outcomeText({ agent, action, result, elapsed_ms, error, why }: Outcome): string {
  if (error) return `  ${agent}: failed. ${error.message}\n    ${error.hint}`;
  const because = action === "restart" && why !== "asked for" ? ` (restarted: ${why})` : "";
  return `  ${agent}: ${result} after ${(elapsed_ms / 1000).toFixed(1)} s${because}`;
}

/** One sentence that counts the outcomes. */
export function summaryText(outcomes: readonly Outcome[]): string {
  const count = new Map<string, number>();
  for (const { result } of outcomes) count.set(result, (count.get(result) ?? 0) + 1);
  if (outcomes.length === 0) return "Nothing to do.";
  return `${[...count].map(([result, n]) => `${String(n)} ${result}`).join(", ")}.`;
}

/** Services, as the manager sees them. */
export function statusText(out: Output, agents: readonly ServiceRow[]): string {
  const columns: Column<ServiceRow>[] = [
    { head: "AGENT", cell: (a) => a.agent },
    {
      head: "STATE",
      cell: (a) => a.state,
      paint: (a, t) => out.paint(a.state === "running" ? "green" : "red", t),
    },
    { head: "SINCE", cell: (a) => a.since ?? "-" },
    { head: "PID", cell: (a) => (a.pid === null ? "-" : String(a.pid)), right: true },
    {
      head: "MEMORY",
      cell: (a) => (a.memory_mib === null ? "-" : `${String(a.memory_mib)} MiB`),
      right: true,
    },
    { head: "UNIT", cell: (a) => a.unit ?? "-" },
    { head: "WHY", cell: (a) => a.why },
  ];
  return table(out, columns, agents);
}

export interface ServiceRow {
  readonly agent: string;
  readonly state: "running" | "ended" | "stopped" | "elsewhere" | "foreign";
  /** ISO 8601. */
  readonly since: string | null;
  readonly pid: number | null;
  /** Of its unit and all that runs in it, where it has one. */
  readonly memory_mib: number | null;
  /** `active/enabled`; null where the units of this home are not installed. */
  readonly unit: string | null;
  readonly why: string;
}

/** Of all that runs in the agent's unit, where that is counted; else of its program alone. */
function memoryMib({ unit, process }: AgentFacts): number | null {
  const bytes = unit?.memory_bytes ?? (process ? process.resident_kib * 1024 : null);
  return bytes === null ? null : Math.round(bytes / 1024 ** 2);
}

export function serviceRow(agent: AgentFacts): ServiceRow {
  const state =
    agent.elsewhere !== null
      ? "elsewhere"
      : agent.session === null
        ? "stopped"
        : !agent.session.ours
          ? "foreign"
          : agent.readiness === "dead"
            ? "ended"
            : "running";
  return {
    agent: agent.name,
    state,
    since: agent.session ? new Date(agent.session.created).toISOString() : null,
    pid: agent.pane && !agent.pane.dead ? agent.pane.pid : null,
    memory_mib: memoryMib(agent),
    unit: agent.unit === null ? null : unitText(agent),
    why: agent.remarks[0] ?? agent.rule,
  };
}

export function explainText(out: Output, { agent, facts }: Explanation): string {
  const columns: Column<(typeof facts)[number]>[] = [
    { head: "FACT", cell: (f) => f.fact },
    { head: "AGE", cell: (f) => (f.age_ms === null ? "now" : age(f.age_ms / 1000)), right: true },
    { head: "SOURCE", cell: (f) => f.source },
    { head: "VALUE", cell: (f) => f.value },
  ];
  const verdict = `${out.paint("bold", agent.name)} is ${out.paint(READINESS_STYLE[agent.readiness], agent.readiness)}: ${agent.rule}.`;
  const remarks = agent.remarks.map((remark) => out.paint("yellow", remark));
  return [verdict, ...remarks, "", table(out, columns, facts)].join("\n");
}
