import type { Roster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import { sampleAgent, sampleRoster } from "../test/sample.ts";
import type { AgentFacts } from "./agent-facts.ts";
import { startState } from "./start-state.ts";

const canaries = sampleRoster(["coder0"]);
const custom = sampleRoster([], { agents: [{ name: "coder0", runtime: "canary", command: "sleep 60" }] });
const beat = sampleAgent().heartbeat;
const running = (command: string, declared = true): AgentFacts["process"] => ({
  command,
  resident_kib: 1,
  foreground: true,
  declared,
});

const cases: readonly (readonly [string, Roster, Partial<AgentFacts>, ReturnType<typeof startState>])[] = [
  ["a canary that answered is ready", canaries, {}, "ready"],
  [
    "a canary that says it is starting is not",
    canaries,
    { heartbeat: beat && { ...beat, state: "starting" } },
    "starting",
  ],
  [
    "one that asks something before it begins is not ready",
    canaries,
    { heartbeat: beat && { ...beat, state: "blocked" } },
    "blocked",
  ],
  ["a canary that said nothing is starting", canaries, { heartbeat: null }, "starting"],
  [
    "a heartbeat of another process does not count",
    canaries,
    { heartbeat: beat && { ...beat, current: false } },
    "starting",
  ],
  ["a program that ended is dead, whatever it reported", canaries, { readiness: "dead" }, "dead"],
  [
    "a program that reports nothing runs",
    custom,
    { heartbeat: null, process: running("sleep 60") },
    "running",
  ],
  ["a program that reports is ready", custom, { process: running("sleep 60") }, "ready"],
  [
    "mosaic, about to replace itself by that program, is not yet it",
    custom,
    { heartbeat: null, process: running("/bin/sh /h/fleet/run/bin/mosaic exec sleep 60") },
    "starting",
  ],
  ["a shell in its place is not it", custom, { heartbeat: null, process: running("sh", false) }, "starting"],
  [
    "a program of the operator's env file runs",
    canaries,
    { heartbeat: null, process: running("my-agent") },
    "running",
  ],
  ["a process that ps does not list is starting", custom, { heartbeat: null, process: null }, "starting"],
];

test.for(cases)("%s", ([, roster, agent, state]) => {
  expect(startState(roster, sampleAgent(agent))).toBe(state);
});
