import { expect, test } from "vitest";
import { parseProfile } from "./profile.ts";
import { provision, type ProvisionOptions } from "./provision.ts";
import { parseRuntimeRule } from "./runtime-rule.ts";

const PROFILE = `id: small
title: Small
description: A small team.
lead: boss
floor: [boss, watch]
roster:
  - class: boss
  - class: plan
    reports_to: boss
  - class: code
    reports_to: plan
    multiplicity: 2
    runtime: codex
    model_hint: gpt-5.5
  - class: watch
    reports_to: lines
  - class: lines
    reports_to: plan
`;

function provisioned(
  options: Partial<Omit<ProvisionOptions, "runtimes">> = {},
  rules: readonly string[] = [],
) {
  return provision({
    profile: {
      profile: parseProfile(PROFILE, "small.yaml", "small"),
      text: PROFILE,
      layer: "baseline",
      path: "small.yaml",
      personas: new Map(),
    },
    full: true,
    topology: false,
    tenantId: "tester",
    ...options,
    runtimes: rules.map(parseRuntimeRule),
  });
}

test("every seat, to the byte", () => {
  expect(provisioned().text).toBe(`# Small: every seat of the system type small, 6 agents.
# Every key: docs/reference/roster.md. The roster is yours to edit; mosaic fleet plan shows what a change does.
version: 1
transport: tmux
tmux:
  socket_name: mosaic-fleet
  holder_session: _holder
defaults:
  working_directory: "~"
runtimes:
  claude:
    reset_command: /clear
  codex:
    reset_command: /new
agents:
  - name: boss
    runtime: claude
    class: boss
    persistent_persona: true
  - name: plan
    runtime: claude
    class: plan
    reset_between_tasks: true
  - name: code0
    runtime: codex
    class: code
    model_hint: gpt-5.5
    reset_between_tasks: true
  - name: code1
    runtime: codex
    class: code
    model_hint: gpt-5.5
    reset_between_tasks: true
  - name: watch
    runtime: claude
    class: watch
    persistent_persona: true
  - name: lines
    runtime: claude
    class: lines
    reset_between_tasks: true
`);
});

test("the same options give the same bytes", () => {
  expect(provisioned({ topology: true }, ["*=pi:m"]).text).toBe(
    provisioned({ topology: true }, ["*=pi:m"]).text,
  );
});

test("without full only the floor is staffed", () => {
  expect(provisioned({ full: false }).roster.agents.map(({ name }) => name)).toEqual(["boss", "watch"]);
});

test("a seat whose superior is not staffed reports to the next one above", () => {
  const { roster, seats } = provisioned({ full: false, topology: true });
  expect(roster.agents.map(({ reports_to }) => reports_to)).toEqual([undefined, "boss"]);
  expect(seats.map(({ reports_to }) => reports_to)).toEqual([null, "boss"]);
});

test("reports_to stands in the roster only when the topology is asked for", () => {
  const reports = (topology: boolean) =>
    provisioned({ topology }).roster.agents.map((seat) => seat.reports_to);
  expect(new Set(reports(false))).toEqual(new Set([undefined]));
  expect(reports(true)).toEqual([undefined, "boss", "plan", "plan", "lines", "plan"]);
});

test("only the runtimes in use are declared, with their reset commands", () => {
  expect(provisioned({}, ["plan=opencode", "*=canary"]).roster.runtimes).toEqual({
    opencode: { reset_command: "/new", env: [] },
    canary: { reset_command: "/clear", env: [] },
  });
});

test("a rule for a class that the profile does not have is refused with what is near", () => {
  expect(() => provisioned({}, ["coda=codex:m"])).toThrow(
    expect.objectContaining({
      code: "RUNTIME_RULE_INVALID",
      message: '"coda=codex:m": small has no seat of that class; did you mean "code"?',
    }),
  );
});

test("a lead outside the floor keeps its persona too", () => {
  const text = PROFILE.replace("lead: boss", "lead: plan");
  const profile = parseProfile(text, "small.yaml", "small");
  const { roster } = provisioned({
    profile: { profile, text, layer: "baseline", path: "", personas: new Map() },
  });
  const plan = roster.agents.find(({ name }) => name === "plan");
  expect(plan).toMatchObject({ persistent_persona: true, reset_between_tasks: false });
});

test("nothing of who provisions is written", () => {
  expect(provisioned().text).not.toContain("tester");
});
