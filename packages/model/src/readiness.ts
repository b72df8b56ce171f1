import type { Heartbeat } from "./heartbeat.ts";

export const READINESS = ["dead", "unknown", "stale", "stuck", "working", "available"] as const;
export type Readiness = (typeof READINESS)[number];

/** An agent that reported `starting` counts as available once it was quiet for this long. */
export const DEFAULT_IDLE_THRESHOLD_SECONDS = 300;

/** A heartbeat older than this many of its own intervals is stale. */
export const STALE_AFTER_INTERVALS = 3;

export interface ReadinessFacts {
  /** The agent's pane exists and its process has not ended. */
  readonly paneAlive: boolean;
  /** The heartbeat of the process in the pane; undefined when there is none, or it is another process's. */
  readonly heartbeat: Heartbeat | undefined;
  /** Seconds since the pane last printed; null when tmux gives no time. */
  readonly idleSeconds: number | null;
  readonly idleThresholdSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ReadinessVerdict {
  readonly readiness: Readiness;
  /** The rule that decided, as a sentence for people. */
  readonly rule: string;
}

/** Age of a heartbeat in milliseconds; negative when its clock is ahead of ours. */
export const heartbeatAge = (heartbeat: Heartbeat, now: number): number => now - heartbeat.ts;

/**
 * The one classifier of an agent's readiness. Total: every combination of facts has an answer.
 * `unknown` and `stale` are absences of evidence and justify nothing destructive.
 */
export function classifyReadiness(facts: ReadinessFacts): ReadinessVerdict {
  const { paneAlive, heartbeat, idleSeconds, idleThresholdSeconds, now } = facts;
  const verdict = (readiness: Readiness, rule: string): ReadinessVerdict => ({ readiness, rule });
  if (!paneAlive) return verdict("dead", "there is no pane, or the pane's process has ended");
  if (!heartbeat) return verdict("unknown", "the pane is alive and its process has written no heartbeat");
  const age = heartbeatAge(heartbeat, now);
  if (age > STALE_AFTER_INTERVALS * heartbeat.interval)
    return verdict("stale", `the heartbeat is older than ${String(STALE_AFTER_INTERVALS)} intervals`);
  if (age < -STALE_AFTER_INTERVALS * heartbeat.interval)
    return verdict("stale", "the heartbeat is dated in the future, so its age proves nothing");
  switch (heartbeat.state) {
    case "blocked":
      return verdict(
        "stuck",
        `the agent reports that it is blocked: ${heartbeat.reason ?? "no reason given"}`,
      );
    case "busy":
      return verdict("working", "the agent reports that it is busy");
    case "idle":
      return verdict("available", "the agent reports that it is idle");
    case "starting":
      if (idleSeconds === null)
        return verdict("working", "the agent is starting and tmux gives no idle time");
      return idleSeconds >= idleThresholdSeconds
        ? verdict("available", `the pane was idle for at least ${String(idleThresholdSeconds)} s`)
        : verdict("working", `the pane was idle for less than ${String(idleThresholdSeconds)} s`);
  }
}
