import { expect, test } from "vitest";
import { sampleAgent } from "../test/sample.ts";
import { actionOf } from "./lifecycle.ts";

const stopped = sampleAgent({ session: null, pane: null, readiness: "dead", flags: ["DEAD"] });
const dead = sampleAgent({ readiness: "dead", flags: ["DEAD"] });
const drifted = sampleAgent({ flags: ["DRIFT"] });
const foreign = sampleAgent({ flags: ["FOREIGN"] });
const elsewhere = sampleAgent({ elsewhere: "oak" });

test.for([
  ["start", "a stopped agent", stopped, "create"],
  ["start", "an agent in a dead pane", dead, "restart"],
  ["start", "a running agent", sampleAgent(), "nothing"],
  ["start", "a drifted agent", drifted, "nothing"],
  ["start", "a foreign session", foreign, "conflict"],
  ["start", "an agent elsewhere", elsewhere, "nothing"],
  ["stop", "a stopped agent", stopped, "nothing"],
  ["stop", "an agent in a dead pane", dead, "stop"],
  ["stop", "a running agent", sampleAgent(), "stop"],
  ["stop", "a drifted agent", drifted, "stop"],
  ["stop", "a foreign session", foreign, "conflict"],
  ["stop", "an agent elsewhere", elsewhere, "nothing"],
  ["restart", "a stopped agent", stopped, "create"],
  ["restart", "an agent in a dead pane", dead, "restart"],
  ["restart", "a running agent", sampleAgent(), "restart"],
  ["restart", "a drifted agent", drifted, "restart"],
  ["restart", "a foreign session", foreign, "conflict"],
  ["restart", "an agent elsewhere", elsewhere, "nothing"],
] as const)("%s of %s", ([verb, , agent, kind]) => {
  expect(actionOf(verb, agent).kind).toBe(kind);
});

test("an agent that its unit is about to start again is stopped, one whose unit rests is not", () => {
  const unit = { name: "u", enabled: true, result: "signal", restarts: 1, memory_bytes: null };
  const dead = { session: null, pane: null, readiness: "dead" } as const;
  expect(actionOf("stop", sampleAgent({ ...dead, unit: { ...unit, state: "activating" } })).kind).toBe(
    "stop",
  );
  expect(actionOf("stop", sampleAgent({ ...dead, unit: { ...unit, state: "failed" } })).kind).toBe("nothing");
});
