import { parseRoster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import { senderOf } from "./sender.ts";

const rosterOf = (...names: readonly string[]): ReturnType<typeof parseRoster> =>
  parseRoster(
    JSON.stringify({ version: 1, agents: names.map((name) => ({ name, runtime: "canary" })) }),
    "roster.yaml",
    { tenantId: "t" },
  );
const roster = rosterOf("lead", "coder0");
const operator = { host: "larch", agent: undefined };
const lead = { host: "larch", agent: "lead" };

test.for([
  ["an operator", operator, undefined, "larch:operator"],
  ["an operator who names themself", operator, "ada", "ada"],
  ["an operator whose label would break the header", operator, "a] -> b\n#1", "ab1"],
  ["an operator whose label is nothing but brackets", operator, "[]", "larch:operator"],
  ["an operator who signs as an agent", operator, "lead", "larch:operator claimed:lead"],
  [
    "an operator who signs with an agent's address",
    operator,
    "larch:lead",
    "larch:operator claimed:larch:lead",
  ],
  ["what another host has stamped", operator, "oak:code1", "oak:code1"],
  [
    "what another host has stamped, with a claim",
    operator,
    "oak:code1 claimed:boss",
    "oak:code1 claimed:boss",
  ],
  ["a claim without a stamp", operator, " claimed:boss", "larch:operator claimed:boss"],
  ["an agent", lead, undefined, "larch:lead"],
  ["an agent that gives its own name", lead, "lead", "larch:lead"],
  ["an agent that gives its own address", lead, "larch:lead", "larch:lead"],
  ["an agent that claims to be another", lead, "larch:operator", "larch:lead claimed:larch:operator"],
] as const)("%s is stamped", ([, origin, claimed, sender]) => {
  expect(senderOf(origin, roster, claimed)).toBe(sender);
});

test("where an agent is called operator, the human is not", () => {
  const origin = { host: "larch", agent: undefined };
  expect(senderOf(origin, rosterOf("operator"), undefined)).toBe("larch:_operator");
  expect(senderOf({ ...origin, agent: "operator" }, rosterOf("operator"), undefined)).toBe("larch:operator");
});
