import type { ProcessFacts } from "@mosaic/fleet-commands/ps";
import type { UnitFacts } from "@mosaic/fleet-commands/systemd";
import { idleSeconds, type Pane } from "@mosaic/fleet-commands/tmux";
import { classifyReadiness, heartbeatAge, type Heartbeat, type Readiness } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";
import { failureOf, type Failure } from "./failure.ts";
import { howEnded, signalOf } from "./how-ended.ts";
import { runsDeclared } from "./launch/declared.ts";
import { launchOf, livesElsewhere } from "./launch/launch.ts";
import { isUp } from "./manage/unit-facts.ts";

export type Flag = "BOOT-ENABLE" | "CONTRACT" | "DEAD" | "DRIFT" | "FOREIGN" | "STOPPED" | Failure;

/** What is known about one seat of the roster, joined from its sources. Times are milliseconds. */
export interface AgentFacts {
  readonly name: string;
  readonly tenant_id: string;
  readonly host: string;
  readonly class: string;
  readonly runtime: string;
  readonly alias: string | null;
  /** Where the seat lives, when that is not this host and socket; nothing else is then known. */
  readonly elsewhere: string | null;
  readonly readiness: Readiness;
  /** The rule that decided the readiness, as a sentence. */
  readonly rule: string;
  readonly idle_seconds: number | null;
  readonly session: { readonly id: string; readonly created: number; readonly ours: boolean } | null;
  readonly pane: {
    readonly id: string;
    readonly pid: number;
    readonly dead: boolean;
    readonly exit_status: number | null;
    /** As `SIGKILL`. */
    readonly exit_signal: string | null;
    readonly in_mode: boolean;
    readonly command: string;
  } | null;
  readonly process: {
    readonly command: string;
    readonly resident_kib: number;
    readonly declared: boolean;
    /** False while a program that it has started has the keyboard. */
    readonly foreground: boolean;
  } | null;
  readonly heartbeat: {
    readonly state: Heartbeat["state"];
    readonly reason: string | null;
    readonly age_ms: number;
    readonly since: number;
    readonly interval_ms: number;
    readonly contract: string | null;
    /** False when another process wrote it: a leftover of an earlier start. */
    readonly current: boolean;
  } | null;
  /** The card it holds, the latest where there are several. */
  readonly card: string | null;
  /** All of them, the latest first. */
  readonly cards: readonly string[];
  /** Its unit; null where the units of this home are not installed. */
  readonly unit: {
    readonly name: string;
    /** `active`, `activating`, `deactivating`, `inactive` or `failed`. */
    readonly state: string;
    /** Whether it starts at boot. */
    readonly enabled: boolean;
    /** `success`, or why it failed: `exit-code`, `signal`, `oom-kill`, ... */
    readonly result: string;
    /** How often it was started again after a crash. */
    readonly restarts: number;
    /** Of all that the agent runs; null where the kernel does not count. */
    readonly memory_bytes: number | null;
  } | null;
  readonly flags: readonly Flag[];
  /** Why each flag stands, as sentences. */
  readonly remarks: readonly string[];
}

/** What is known of one seat before it is joined. */
interface Sources {
  readonly context: FleetContext;
  readonly roster: Roster;
  readonly seat: Agent;
  readonly pane: Pane | undefined;
  readonly process: ProcessFacts | undefined;
  /** The command line that replaces the runtime. */
  readonly command: string | undefined;
  readonly heartbeat: Heartbeat | undefined;
  /** The cards that are claimed for it, the latest first. */
  readonly claims: readonly string[];
  readonly unit: UnitFacts | undefined;
  /** Whether an operator stopped it, and nobody has started it since. */
  readonly stopped: boolean;
  /** Whether the server runs in its unit, and an agent should in its own. */
  readonly held: boolean;
  readonly now: number;
}

/** Joins what the sources say about one seat. Pure. */
export function agentFacts({
  context,
  roster,
  seat,
  pane,
  process,
  command,
  heartbeat,
  claims,
  unit,
  stopped,
  held,
  now,
}: Sources): AgentFacts {
  const elsewhere = livesElsewhere(seat, context.host) ?? null;
  const ours = pane?.mark?.home === context.home.root;
  const alive = pane !== undefined && !pane.dead;
  const current = pane !== undefined && heartbeat?.pid === pane.pid;
  const idle = pane === undefined ? null : idleSeconds(pane, now);
  const declared = process !== undefined && runsDeclared(seat.runtime, command, process.command);
  const verdict = elsewhere
    ? { readiness: "unknown" as const, rule: `the seat lives elsewhere: ${elsewhere}` }
    : classifyReadiness({
        paneAlive: alive,
        heartbeat: current ? heartbeat : undefined,
        idleSeconds: idle,
        idleThresholdSeconds: context.idleThresholdSeconds,
        now,
      });
  const reported = current && heartbeat.card !== null ? [heartbeat.card] : [];
  const cards = [...new Set([...claims, ...reported])];
  const remarks = elsewhere
    ? []
    : flagged({
        ...{ context, roster, seat, pane, process, unit, stopped, held, ours, alive, declared },
        heartbeat: current ? heartbeat : undefined,
      });
  return {
    name: seat.name,
    tenant_id: roster.tenant_id,
    host: seat.host ?? context.host,
    class: seat.class,
    runtime: seat.runtime,
    alias: seat.alias ?? null,
    elsewhere,
    ...verdict,
    idle_seconds: idle,
    session: pane ? { id: pane.sessionId, created: pane.sessionCreated * 1000, ours } : null,
    pane: pane
      ? {
          id: pane.paneId,
          pid: pane.pid,
          dead: pane.dead,
          exit_status: pane.exitStatus,
          exit_signal: signalOf(pane),
          in_mode: pane.inMode,
          command: pane.currentCommand,
        }
      : null,
    process: process
      ? {
          command: process.command,
          resident_kib: process.residentKiB,
          declared,
          foreground: process.foreground,
        }
      : null,
    heartbeat: heartbeat
      ? {
          state: heartbeat.state,
          reason: heartbeat.reason,
          age_ms: heartbeatAge(heartbeat, now),
          since: heartbeat.since,
          interval_ms: heartbeat.interval,
          contract: heartbeat.contract,
          current,
        }
      : null,
    card: cards[0] ?? null,
    cards,
    unit:
      unit && elsewhere === null
        ? {
            name: unit.unit,
            state: unit.activeState,
            enabled: unit.enabled === "enabled",
            result: unit.result,
            restarts: unit.restarts,
            memory_bytes: unit.memory,
          }
        : null,
    flags: [...new Set(remarks.map(({ flag }) => flag))],
    remarks: remarks.map(({ flag, why }) => `${flag}: ${why}`),
  };
}

function flagged(
  o: Omit<Sources, "command" | "claims" | "now"> & {
    ours: boolean;
    alive: boolean;
    declared: boolean;
  },
): { flag: Flag; why: string }[] {
  const { pane, process } = o;
  if (pane === undefined)
    return o.stopped && gaveUp(o.unit) === undefined
      ? [{ flag: "STOPPED", why: "it was stopped; mosaic fleet start starts it" }]
      : [{ flag: "DEAD", why: gaveUp(o.unit) ?? "there is no session of this name" }];
  if (!o.ours)
    return [
      { flag: "FOREIGN", why: "a session of this name runs that this home did not start; it is left alone" },
    ];
  if (!o.alive) {
    const why = `the program in the pane has ended${howEnded(pane.exitStatus, signalOf(pane))}`;
    return [{ flag: "DEAD", why: [why, gaveUp(o.unit)].filter((text) => text !== undefined).join("; ") }];
  }
  const { unit, held } = o;
  const boot =
    held && unit?.enabled === "disabled"
      ? [{ flag: "BOOT-ENABLE" as const, why: "it runs, and will not start at boot" }]
      : [];
  const drift = drifted(o, process);
  const failure = o.heartbeat && failureOf(o.heartbeat);
  return [
    ...(failure ? [failure] : []),
    ...(drift === undefined ? [] : [{ flag: "DRIFT" as const, why: drift }]),
    ...boot,
  ];
}

function drifted(
  o: Omit<Sources, "command" | "heartbeat" | "claims" | "now"> & { declared: boolean },
  process: ProcessFacts | undefined,
): string | undefined {
  // A process that tmux has and ps has not is about to end, or out of sight: no ground for anything.
  if (!process) return undefined;
  if (!o.declared) return `the pane runs ${process.command}, the roster says ${o.seat.runtime}`;
  if (o.pane?.mark?.launch !== launchOf(o.roster, o.seat, o.context).hash)
    return "the roster has changed since the agent was started; see mosaic fleet plan";
  if (o.held && o.unit !== undefined && !isUp(o.unit)) return `it runs outside of its unit ${o.unit.unit}`;
  return undefined;
}

/** As in the agents' unit. */
const START_LIMIT = 5;

/** Said where systemd has given up on a crash loop. */
const gaveUp = (unit: UnitFacts | undefined): string | undefined =>
  unit?.activeState === "failed" && unit.restarts >= START_LIMIT
    ? "it crashed five times in ten minutes, and systemd has given up on it: mend the cause, then mosaic fleet start"
    : undefined;
