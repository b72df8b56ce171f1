import fc from "fast-check";
import { expect, test } from "vitest";
import { writtenAgent, writtenRoster } from "../test/arbitrary-roster.ts";
import { addAgent, configureAgent, removeAgent, type AgentChanges } from "./edit-agent.ts";
import { readRoster } from "./read-roster.ts";
import { serializeRoster } from "./serialize-roster.ts";
import type { WrittenAgent, WrittenRoster } from "./roster.ts";

const ROSTER = `# The fleet of the shop.
version: 1   # of the format

agents:
  # Leads.
  - name: "lead" # quoted
    runtime: 'claude'   # on the big account
    class: orchestrator
    # alias: Boss

  # Writes code.
  - name: code0
    runtime: codex
    channels:
      - a
      - b

  # Reads code.
  - name: review0
    runtime: canary

# Reaches the operator.
connector: {kind: tmux}
`;

/** The lines of `before` and `after` that are not in the other, as a diff shows them. */
function diff(before: string, after: string): string[] {
  const [from, to] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  return [
    ...from.slice(start, from.length - end).map((line) => `-${line}`),
    ...to.slice(start, to.length - end).map((line) => `+${line}`),
  ];
}

test("a new seat stands behind the last, in the layout of the others", () => {
  const agent: WrittenAgent = {
    runtime: "pi",
    name: "x",
    yolo: false,
    working_directory: "~",
    channels: ["a", "b: c"],
  };
  expect(diff(ROSTER, addAgent(ROSTER, agent))).toEqual([
    "+  - name: x",
    "+    runtime: pi",
    '+    working_directory: "~"',
    "+    yolo: false",
    '+    channels: [a, "b: c"]',
    "+",
  ]);
});

test.for([
  [
    "the first seat",
    "lead",
    [
      "-  # Leads.",
      '-  - name: "lead" # quoted',
      "-    runtime: 'claude'   # on the big account",
      "-    class: orchestrator",
      "-    # alias: Boss",
      "-",
    ],
  ],
  [
    "a seat in the middle",
    "code0",
    [
      "-  # Writes code.",
      "-  - name: code0",
      "-    runtime: codex",
      "-    channels:",
      "-      - a",
      "-      - b",
      "-",
    ],
  ],
  ["the last seat", "review0", ["-", "-  # Reads code.", "-  - name: review0", "-    runtime: canary"]],
] as const)("%s goes with its comments, and nothing else goes", ([, name, lines]) => {
  expect(diff(ROSTER, removeAgent(ROSTER, name)).toSorted()).toEqual(lines.toSorted());
});

test.for([
  [
    "a value keeps its quotes and its comment",
    "lead",
    { runtime: "pi" },
    ["-    runtime: 'claude'   # on the big account", "+    runtime: 'pi'   # on the big account"],
  ],
  ["a new key stands behind the last", "review0", { yolo: false }, ["+    yolo: false"]],
  [
    "a new key stands before the comments that end the seat",
    "lead",
    { model_hint: "opus" },
    ["+    model_hint: opus"],
  ],
  ["a removed key takes its line", "lead", { class: null }, ["-    class: orchestrator"]],
  ["a list keeps its layout", "code0", { channels: ["z"] }, ["-      - a", "-      - b", "+      - z"]],
  ["a list may become empty", "code0", { channels: [] }, ["-      - a", "-      - b", "+      []"]],
  ["a text that is no plain text is quoted", "review0", { alias: "yes" }, ['+    alias: "yes"']],
  ["what is so already changes nothing", "code0", { runtime: "codex", alias: null }, []],
] as const satisfies readonly (readonly [string, string, AgentChanges, readonly string[]])[])(
  "%s",
  ([, name, changes, lines]) => {
    expect(diff(ROSTER, configureAgent(ROSTER, name, changes))).toEqual(lines);
  },
);

test("the key beside the dash can go", () => {
  const text = "version: 1\nagents:\n  - class: code # c\n    # n\n    name: a\n    runtime: pi\n";
  expect(configureAgent(text, "a", { class: null })).toBe(
    "version: 1\nagents:\n  - # n\n    name: a\n    runtime: pi\n",
  );
});

test("a file without a last line end keeps its end, and one with CR LF its line ends", () => {
  expect(addAgent("version: 1\nagents:\n- name: a\n  runtime: pi", { name: "b", runtime: "pi" })).toBe(
    "version: 1\nagents:\n- name: a\n  runtime: pi\n- name: b\n  runtime: pi",
  );
  expect(
    addAgent("version: 1\r\nagents:\r\n- name: a\r\n  runtime: pi\r\n", { name: "b", runtime: "pi" }),
  ).toBe("version: 1\r\nagents:\r\n- name: a\r\n  runtime: pi\r\n- name: b\r\n  runtime: pi\r\n");
});

const FLOW = `version: 1
agents: [
  # Leads.
  { name: a, runtime: pi }, # one
  { name: b, runtime: pi } # two
]
`;

test("seats in a flow list are edited within it", () => {
  expect(diff(FLOW, addAgent(FLOW, { name: "c", runtime: "pi" }))).toEqual([
    "-  { name: b, runtime: pi } # two",
    "+  { name: b, runtime: pi }, # two",
    "+  { name: c, runtime: pi }",
  ]);
  expect(diff(FLOW, removeAgent(FLOW, "a"))).toEqual(["-  { name: a, runtime: pi }, # one"]);
  expect(diff(FLOW, configureAgent(FLOW, "a", { class: "code", runtime: "codex" }))).toEqual([
    "-  { name: a, runtime: pi }, # one",
    "+  { name: a, runtime: codex, class: code }, # one",
  ]);
});

test.for([
  [
    "the roster has no such agent",
    () => removeAgent(ROSTER, "code1"),
    { code: "ROSTER_AGENT_UNKNOWN", hint: "Did you mean code0?" },
  ],
  [
    "the seat to configure does not exist",
    () => configureAgent(ROSTER, "zz", {}),
    { code: "ROSTER_AGENT_UNKNOWN", hint: "Its agents: lead, code0, review0." },
  ],
  [
    "the name is taken",
    () => addAgent(ROSTER, { name: "lead", runtime: "pi" }),
    { code: "ROSTER_AGENT_EXISTS" },
  ],
  [
    "the new seat is not valid",
    () => addAgent(ROSTER, { name: "A", runtime: "pi" }),
    { code: "ROSTER_INVALID" },
  ],
  [
    "the change is not valid",
    () => configureAgent(ROSTER, "lead", { runtime: "nope" }),
    { code: "ROSTER_INVALID" },
  ],
  ["the text is no roster", () => removeAgent("agents: []", "a"), { code: "ROSTER_INVALID" }],
  [
    "the only agent is to go",
    () => removeAgent("version: 1\nagents: [{name: a, runtime: pi}]", "a"),
    { code: "ROSTER_INVALID" },
  ],
  [
    "another seat repeats the changed text",
    () =>
      configureAgent(
        "version: 1\nagents:\n  - {name: a, runtime: &r pi}\n  - {name: b, runtime: *r}\n",
        "a",
        { runtime: "codex" },
      ),
    { code: "ROSTER_EDIT_UNSUPPORTED" },
  ],
  [
    "the seats stand behind an alias",
    () =>
      removeAgent(
        "connector: {kind: c, c: {s: &s [{name: a, runtime: pi}, {name: b, runtime: pi}]}}\nagents: *s\nversion: 1\n",
        "a",
      ),
    { code: "ROSTER_EDIT_UNSUPPORTED" },
  ],
] as const)("an edit is refused when %s", ([, edit, error]) => {
  expect(edit).toThrow(expect.objectContaining(error));
});

/** The same roster in each layout a file may have. */
const layouts = {
  "YAML blocks": serializeRoster,
  "one line of JSON": (roster: WrittenRoster) => JSON.stringify(roster),
  "indented JSON": (roster: WrittenRoster) => `${JSON.stringify(roster, null, 2)}\n`,
  "YAML with CR LF": (roster: WrittenRoster) => serializeRoster(roster).replaceAll("\n", "\r\n"),
};
const changesOf = (agent: WrittenAgent, drop: readonly string[]): AgentChanges => {
  const { name: _, ...rest } = agent;
  return { ...rest, ...Object.fromEntries(drop.map((key) => [key, null])) };
};
const read = (text: string): WrittenRoster => readRoster(text, "test").written;
const droppable = fc.subarray(["class", "alias", "yolo", "channels", "working_directory", "host"]);

test.for(Object.entries(layouts))(
  "in %s any seat is added, configured and removed, and the rest stays",
  ([name, layout]) => {
    fc.assert(
      fc.property(
        writtenRoster,
        writtenAgent,
        writtenAgent,
        droppable,
        fc.nat(),
        (roster, seat, model, drop, pick) => {
          // A free text of a connector may hold line ends that a change of line ends would change.
          const { connector: _, ...rest } = roster;
          const text = layout(name === "YAML with CR LF" ? rest : roster);
          const before = read(text);
          const agents = [...before.agents];
          const at = pick % agents.length;
          const target = agents[at]?.name ?? "";
          fc.pre(
            !agents.some((agent) => agent.name === seat.name) && seat.name !== before.tmux?.holder_session,
          );

          const added = addAgent(text, seat);
          expect(read(added)).toEqual({ ...before, agents: [...agents, seat] });

          const changes = changesOf(model, drop);
          const kept = Object.entries({ ...agents[at], ...changes }).filter(([, value]) => value !== null);
          const configured = read(configureAgent(added, target, changes));
          expect(configured.agents[at]).toEqual(Object.fromEntries(kept));
          expect({ ...configured, agents: configured.agents.toSpliced(at, 1) }).toEqual({
            ...before,
            agents: [...agents.toSpliced(at, 1), seat],
          });

          expect(read(removeAgent(added, target)).agents).toEqual([...agents.toSpliced(at, 1), seat]);
          expect(removeAgent(added, seat.name).trimEnd()).toBe(text.trimEnd());
        },
      ),
      { numRuns: 40 },
    );
  },
);
