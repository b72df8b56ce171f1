import { expect, test } from "vitest";
import { sampleAgent, sampleRoster } from "../test/sample.ts";
import type { AgentFacts } from "./agent-facts.ts";
import { verify } from "./verify.ts";

const own = {
  readiness: "unknown",
  heartbeat: null,
  process: { command: "sleep 9", resident_kib: 1, declared: true, foreground: true },
} as const;
const missing = (
  agent: Partial<AgentFacts>,
  seat: Readonly<Record<string, unknown>> = {},
): readonly string[] => {
  const roster = sampleRoster([], { agents: [{ name: "coder0", runtime: "canary", ...seat }] });
  return verify(roster, [sampleAgent(agent)]).missing.map(({ readiness }) => readiness);
};

test.for([
  ["that is idle", {}],
  ["that works", { readiness: "working" }],
  ["that waits for a person", { readiness: "stuck" }],
  ["on another host", { readiness: "unknown", elsewhere: "oak" }],
] as const)("an agent %s is not missing", ([, agent]) => {
  expect(missing(agent)).toEqual([]);
});

test.for([
  ["whose heartbeat is old", { readiness: "stale" }],
  ["that has ended", { readiness: "dead" }],
  ["that runs and reports nothing", { readiness: "unknown", heartbeat: null }],
] as const)("an agent %s is missing", ([, agent]) => {
  expect(missing(agent)).toEqual([agent.readiness]);
});

test("a seat with a command of its own is alive while that runs", () => {
  const seat = { command: "exec sleep 9" };
  expect(missing(own, seat)).toEqual([]);
  expect(missing({ ...own, process: { ...own.process, declared: false } }, seat)).toEqual(["unknown"]);
  expect(missing({ ...own, readiness: "dead" }, seat)).toEqual(["dead"]);
});
