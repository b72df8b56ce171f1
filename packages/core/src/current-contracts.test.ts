import { expect, test } from "vitest";
import { sampleAgent } from "../test/sample.ts";
import type { AgentFacts } from "./agent-facts.ts";
import { contractRemark, withContractFlags, type CurrentContract } from "./current-contracts.ts";

const beat = sampleAgent().heartbeat;
const withContract = (contract: string | null, current = true): Partial<AgentFacts> => ({
  heartbeat: beat && { ...beat, contract, current },
});
const remark = (agent: Partial<AgentFacts>, now: CurrentContract | undefined): string | undefined =>
  contractRemark(sampleAgent(agent), new Map(now && [["coder0", now]]));

test.for([
  ["that runs with the present one", withContract("aa"), { hash: "aa" }],
  ["that reports none", withContract(null), { hash: "aa" }],
  ["whose report is another process's", withContract("bb", false), { hash: "aa" }],
  ["without a report", { heartbeat: null }, { hash: "aa" }],
  ["that is dead", { ...withContract("bb"), readiness: "dead" }, { hash: "aa" }],
  ["that is launched without one", withContract("bb"), undefined],
] as const)("nothing stands against the contract of an agent %s", ([, agent, now]) => {
  expect(remark(agent, now)).toBeUndefined();
});

test("an agent with another contract, or one that cannot be composed any more, is flagged and says why", () => {
  expect(remark(withContract("bb"), { hash: "aa" })).toBe(
    "its contract is outdated: mosaic fleet restart coder0 renews it",
  );
  const agent = sampleAgent({ ...withContract("bb"), flags: ["BOOT-ENABLE"], remarks: ["BOOT-ENABLE: it"] });
  const error = { error: "code.md:1: no front matter" };
  expect(withContractFlags([agent], new Map([["coder0", error]]))[0]).toMatchObject({
    flags: ["BOOT-ENABLE", "CONTRACT"],
    remarks: [
      "BOOT-ENABLE: it",
      "CONTRACT: its contract cannot be composed any more: code.md:1: no front matter",
    ],
  });
});
