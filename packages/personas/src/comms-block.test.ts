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
  expect(block).toContain('- lead (orchestrator): `mosaic agent send lead --message "..."`');
  expect(block).toContain('- code1 (code): `mosaic agent send code1 --message "..."`');
  expect(block).not.toContain("send code0 ");
});

test("a peer that no send from here reaches is named without a command", () => {
  const lines = commsBlock(roster, ["lead"], "here").split("\n");
  expect(lines.find((line) => line.startsWith("- far "))).toMatch(
    /^- far \(review\): on host other, .*operator of that host/,
  );
  expect(lines.find((line) => line.startsWith("- aside "))).toMatch(/on socket second/);
  expect(lines.filter((line) => /^- (far|aside)/.test(line)).join()).not.toContain("agent send");
});

test("on the host where it lives a seat has that host's label, and its neighbours are elsewhere", () => {
  expect(commsBlock(roster, ["far"], "here")).toContain("You are `[other:far]`.");
});

test("for a class with several seats every address stands there, and every one of them is a peer", () => {
  const block = commsBlock(roster, ["code0", "code1"], "here");
  expect(block).toContain("You are `[here:code0]` or `[here:code1]`; `echo $MOSAIC_AGENT_NAME` says which.");
  expect(block).toContain("send code0 ");
  expect(block).toContain("send code1 ");
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
