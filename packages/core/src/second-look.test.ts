import { NO_SCREEN, RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import type { Heartbeat } from "@mosaic/fleet-model";
import { expect, test } from "vitest";
import { inDoubt, mended } from "./second-look.ts";

const NOW = 1_700_000_000_000;
const heartbeat = (state: Heartbeat["state"], age: number): Heartbeat => ({
  version: 1,
  agent: "coder0",
  tenant_id: "t",
  host: "h",
  pid: 7,
  runtime: "claude",
  session_id: null,
  state,
  reason: state === "blocked" ? "Bash: touch x" : null,
  since: NOW - age,
  ts: NOW,
  interval: 5_000,
  contract: null,
  card: null,
});
/** A pane that printed last so many milliseconds ago. */
const pane = (age: number | null): { lastActivity: number | null } => ({
  lastActivity: age === null ? null : (NOW - age) / 1000,
});

test.for([
  ["starting", 0, 0, true],
  ["blocked", 0, 60_000, true],
  ["busy and printing", 60_000, 1_000, false],
  ["busy since a moment", 1_000, 60_000, false],
  ["busy and silent", 60_000, 10_000, true],
  ["busy where tmux tells no time", 60_000, null, true],
  ["idle and silent", 60_000, 60_000, false],
  ["idle, and something was printed since", 60_000, 1_000, true],
  ["idle behind a turn that failed", 60_000, 60_000, true],
] as const)("a report of %s: in doubt or not", ([what, since, printed, doubted]) => {
  const state = what.split(/[ ,]/)[0] as Heartbeat["state"]; // The first word names it.
  const reason = what.includes("failed") ? "overloaded: ..." : null;
  const adapter = RUNTIMES.claude;
  expect(adapter && inDoubt(adapter, { ...heartbeat(state, since), reason }, pane(printed), NOW)).toBe(
    doubted,
  );
});

test("the reports of a runtime that tells everything are never in doubt", () => {
  const adapter = RUNTIMES.canary;
  expect(adapter && inDoubt(adapter, heartbeat("busy", 60_000), pane(60_000), NOW)).toBe(false);
});

test.for([
  ["a dialog blocks", "busy", { dialog: "Trust\nthis?" }, 9_000, { state: "blocked", reason: "Trust this?" }],
  [
    "a question that was reported keeps its text",
    "blocked",
    { dialog: "x" },
    9_000,
    { reason: "Bash: touch x" },
  ],
  ["a composer says idle", "busy", { composer: "" }, 9_000, { state: "idle", reason: null }],
  [
    "a busy one whose screen shows a failure has failed",
    "busy",
    { composer: "", failure: "No more today." },
    9_000,
    { state: "idle", reason: "No more today." },
  ],
  ["a composer ends the start", "starting", { composer: "" }, 9_000, { state: "idle" }],
  ["a turn that shows says busy", "idle", { composer: "", busy: true }, 0, { state: "busy" }],
  [
    "behind an answered question what prints is busy",
    "blocked",
    { composer: "" },
    500,
    { state: "busy", reason: null },
  ],
  [
    "behind an answered question silence is idle",
    "blocked",
    { composer: "" },
    9_000,
    { state: "idle", reason: null },
  ],
  [
    "a screen that says nothing changes nothing",
    "blocked",
    {},
    9_000,
    { state: "blocked", reason: "Bash: touch x" },
  ],
] as const)("%s", ([, state, screen, printed, expected]) => {
  expect(mended(heartbeat(state, 60_000), { ...NO_SCREEN, ...screen }, pane(printed), NOW)).toMatchObject(
    expected,
  );
});

const failed = { ...heartbeat("idle", 60_000), reason: "rate_limit: No more today." };

test("what a turn failed with stays while nothing else is shown", () => {
  expect(mended(failed, { ...NO_SCREEN, composer: "" }, pane(1_000), NOW)).toBe(failed);
});

test("a dialog behind a turn that failed is a block with both", () => {
  expect(mended(failed, { ...NO_SCREEN, dialog: "Wait?\n1. Yes" }, pane(1_000), NOW)).toMatchObject({
    state: "blocked",
    reason: "rate_limit: No more today. Wait? 1. Yes",
  });
});
