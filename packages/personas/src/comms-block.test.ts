import { parseAgentName } from "@mosaic/fleet-model";
import { parseRoster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import { commsBlock } from "./comms-block.ts";

const roster = parseRoster(
  `version: 1
agents:
  - { name: lead, runtime: canary, class: orchestrator }
  - { name: code0, runtime: canary, class: code }
  - { name: code1, runtime: canary, class: code }
  - { name: far, runtime: canary, class: review, host: other, ssh: me@other }
  - { name: aside, runtime: canary, class: review, socket: second }
`,
  "roster.yaml",
  { tenantId: "t" },
);

test("a seat sees its own address, and each peer with the exact command that reaches it", () => {
  const block = commsBlock(roster, ["code0"], "here");
  expect(block).toContain("You are `[here:code0]`.\n");
  expect(block).toContain('- lead (orchestrator): `agent-send.sh -s lead -m "..."`');
  expect(block).toContain('- code1 (code): `agent-send.sh -s code1 -m "..."`');
  expect(block).not.toContain("-s code0 ");
});

test("a peer on another host or socket has the command that reaches it there", () => {
  const lines = commsBlock(roster, ["lead"], "here").split("\n");
  expect(lines).toContain('- far (review): `agent-send.sh -s far -H me@other -m "..."`');
  expect(lines).toContain('- aside (review): `agent-send.sh -s aside -L second -m "..."`');
});

test("seen from the other host, its own seats are near and the others are far", () => {
  const lines = commsBlock(roster, ["far"], "here").split("\n");
  expect(lines).toContain('- lead (orchestrator): `agent-send.sh -s lead -H here -m "..."`');
  expect(commsBlock(roster, ["lead"], "other")).toContain('`agent-send.sh -s far -m "..."`');
});

test("the human is called by another name where an agent has that of the operator", () => {
  const [seat] = roster.agents;
  const agents = seat ? [seat, { ...seat, name: parseAgentName("operator") }] : [];
  expect(commsBlock(roster, ["lead"], "here")).toContain("ends in `:operator`");
  expect(commsBlock({ ...roster, agents }, ["lead"], "here")).toContain("ends in `:_operator`");
});

test("on the host where it lives a seat has that host's label, and its neighbours are elsewhere", () => {
  expect(commsBlock(roster, ["far"], "here")).toContain("You are `[other:far]`.");
});

test("for a class with several seats every address stands there, and every one of them is a peer", () => {
  const block = commsBlock(roster, ["code0", "code1"], "here");
  expect(block).toContain("You are `[here:code0]` or `[here:code1]`; `echo $MOSAIC_AGENT_NAME` says which.");
  expect(block).toContain("-s code0 ");
  expect(block).toContain("-s code1 ");
});

test("the flip rule, every receipt and --verify are explained", () => {
  const block = commsBlock(roster, ["lead"], "here");
  for (const word of [
    "[from -> to #id]",
    "flip",
    "`accepted`",
    "`queued`",
    "`not-delivered`",
    "`unknown`",
    "`--verify`",
  ]) {
    expect(block).toContain(word);
  }
});

test("a seat alone is told that it has no peers", () => {
  const [first] = roster.agents;
  expect(commsBlock({ ...roster, agents: first ? [first] : [] }, ["lead"], "here")).toContain(
    "You have no peers",
  );
});
