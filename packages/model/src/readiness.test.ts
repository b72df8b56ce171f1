import fc from "fast-check";
import { expect, test } from "vitest";
import { HEARTBEAT_STATES, type Heartbeat } from "./heartbeat.ts";
import {
  DEFAULT_IDLE_THRESHOLD_SECONDS,
  READINESS,
  classifyReadiness,
  heartbeatAge,
  type Readiness,
  type ReadinessFacts,
} from "./readiness.ts";

const NOW = 1_700_000_000_000;
const INTERVAL = 5_000;

interface Case extends Partial<Omit<ReadinessFacts, "heartbeat">> {
  readonly state?: Heartbeat["state"];
  readonly reason?: string;
  readonly ageMs?: number;
  readonly interval?: number;
  readonly heartbeat?: undefined;
}

function classify({
  state = "idle",
  reason,
  ageMs = 0,
  interval = INTERVAL,
  ...facts
}: Case): ReturnType<typeof classifyReadiness> {
  const heartbeat: Heartbeat = {
    version: 1,
    agent: "coder-1",
    tenant_id: "local",
    host: "host",
    pid: 1,
    runtime: "canary",
    session_id: null,
    state,
    reason: reason ?? null,
    since: 0,
    ts: NOW - ageMs,
    interval,
    contract: null,
    card: null,
  };
  return classifyReadiness({
    paneAlive: true,
    heartbeat,
    idleSeconds: 0,
    idleThresholdSeconds: DEFAULT_IDLE_THRESHOLD_SECONDS,
    now: NOW,
    ...facts,
  });
}

test.for<[string, Case, Readiness]>([
  ["no living pane, whatever the heartbeat says", { paneAlive: false, state: "busy" }, "dead"],
  ["no living pane and no heartbeat", { paneAlive: false, heartbeat: undefined }, "dead"],
  ["no heartbeat, however long the pane is quiet", { heartbeat: undefined, idleSeconds: 99_999 }, "unknown"],
  ["a heartbeat of exactly 3 intervals", { ageMs: 3 * INTERVAL }, "available"],
  ["a heartbeat of 3 intervals and a millisecond", { ageMs: 3 * INTERVAL + 1 }, "stale"],
  ["an old report of a block is no evidence of one", { ageMs: 3 * INTERVAL + 1, state: "blocked" }, "stale"],
  ["a heartbeat's own interval counts: exactly 3", { ageMs: 180_000, interval: 60_000 }, "available"],
  ["a heartbeat's own interval counts: over 3", { ageMs: 180_001, interval: 60_000 }, "stale"],
  ["a clock ahead by exactly 3 intervals", { ageMs: -3 * INTERVAL }, "available"],
  ["a clock ahead by 3 intervals and a millisecond", { ageMs: -3 * INTERVAL - 1 }, "stale"],
  ["blocked", { state: "blocked", reason: "may I?" }, "stuck"],
  ["blocked, though the pane is quiet", { state: "blocked", idleSeconds: 99_999 }, "stuck"],
  ["busy", { state: "busy" }, "working"],
  ["busy, however long the pane is quiet", { state: "busy", idleSeconds: 99_999 }, "working"],
  ["idle, though the pane has just printed", { state: "idle", idleSeconds: 0 }, "available"],
  ["idle, without an idle time", { state: "idle", idleSeconds: null }, "available"],
  ["starting and quiet for 299 s", { state: "starting", idleSeconds: 299 }, "working"],
  ["starting and quiet for 300 s", { state: "starting", idleSeconds: 300 }, "available"],
  ["starting and quiet for 301 s", { state: "starting", idleSeconds: 301 }, "available"],
  ["starting, without an idle time", { state: "starting", idleSeconds: null }, "working"],
  [
    "starting, below another threshold",
    { state: "starting", idleSeconds: 9, idleThresholdSeconds: 10 },
    "working",
  ],
  [
    "starting, at another threshold",
    { state: "starting", idleSeconds: 10, idleThresholdSeconds: 10 },
    "available",
  ],
])("%s", ([, facts, readiness]) => {
  expect(classify(facts).readiness).toBe(readiness);
});

test("the rule that decided is told, with its facts", () => {
  expect(classify({ state: "blocked", reason: "may I?" }).rule).toBe(
    "the agent reports that it is blocked: may I?",
  );
  expect(classify({ state: "blocked" }).rule).toContain("no reason given");
  expect(classify({ ageMs: 20_000 }).rule).toContain("older than 3 intervals");
  expect(classify({ ageMs: -20_000 }).rule).toContain("future");
  expect(classify({ state: "starting", idleSeconds: 300 }).rule).toContain("at least 300 s");
});

test("every combination of facts has one answer, and only a report of a block makes stuck", () => {
  const facts = fc.record({
    paneAlive: fc.boolean(),
    state: fc.constantFrom(...HEARTBEAT_STATES),
    ageMs: fc.integer(),
    interval: fc.integer({ min: 1, max: 100_000 }),
    idleSeconds: fc.option(fc.nat()),
    idleThresholdSeconds: fc.nat({ max: 1_000 }),
  });
  fc.assert(
    fc.property(facts, (one) => {
      const { readiness, rule } = classify(one);
      expect(READINESS).toContain(readiness);
      expect(rule).not.toBe("");
      if (readiness === "stuck") expect(one.state).toBe("blocked");
      expect(readiness === "dead").toBe(!one.paneAlive);
    }),
  );
});

test("age is negative when the heartbeat's clock is ahead", () => {
  expect(heartbeatAge({ ts: 10 } as Heartbeat, 7)).toBe(-3); // Only its time is looked at.
});
