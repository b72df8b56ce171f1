import { expect, test } from "vitest";
import { sampleAgent, sampleRoster } from "../test/sample.ts";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetFacts, UnmanagedSession } from "./observe.ts";
import { plan, type Action } from "./plan.ts";

const facts = (agents: readonly AgentFacts[], unmanaged: readonly UnmanagedSession[] = []): FleetFacts => ({
  observed_at: 0,
  socket: "fleet",
  server_pid: 7,
  manager: "direct",
  paused: false,
  agents,
  unmanaged,
  holder_foreign: false,
  left_on: [],
  survivors: [],
});
const planned = (agent: Partial<AgentFacts>): Action | undefined =>
  plan(sampleRoster(["coder0"]), facts([sampleAgent(agent)]))[0];

test.for([
  ["an agent without a session is created", { session: null, readiness: "dead", flags: ["DEAD"] }, "create"],
  ["an agent whose program has ended is restarted", { readiness: "dead", flags: ["DEAD"] }, "restart"],
  ["an agent that drifted is restarted", { flags: ["DRIFT"] }, "restart"],
  ["a session of somebody else is a conflict", { flags: ["FOREIGN"] }, "conflict"],
  [
    "a dead session of somebody else is a conflict as well",
    { flags: ["FOREIGN"], readiness: "dead" },
    "conflict",
  ],
  ["an agent on another host is left alone", { elsewhere: "oak", session: null }, "nothing"],
  ["an agent without a heartbeat is left alone", { readiness: "unknown", heartbeat: null }, "nothing"],
  ["an agent with a stale heartbeat is left alone", { readiness: "stale" }, "nothing"],
  ["a stuck agent is left alone", { readiness: "stuck" }, "nothing"],
  ["a busy agent is left alone", { readiness: "working" }, "nothing"],
] as const)("%s", ([, agent, kind]) => {
  expect(planned(agent)?.kind).toBe(kind);
});

test.for([
  ["that has no session", { session: null, readiness: "dead", flags: ["DEAD"] }, "conflict"],
  ["whose program has ended", { readiness: "dead", flags: ["DEAD"] }, "conflict"],
  ["that drifted", { flags: ["DRIFT"] }, "conflict"],
  ["that runs", {}, "nothing"],
  ["on another host", { elsewhere: "oak", session: null }, "nothing"],
] as const)("a seat %s and cannot be launched is left as it is", ([, agent, kind]) => {
  const unlaunchable = new Map([
    ["coder0", { code: "RUNTIME_NOT_INSTALLED", why: "give a command" }],
  ] as const);
  const [action] = plan(sampleRoster(["coder0"]), facts([sampleAgent(agent)]), unlaunchable);
  expect(action?.kind).toBe(kind);
  if (kind === "conflict")
    expect(action).toMatchObject({ why: "give a command", code: "RUNTIME_NOT_INSTALLED" });
});

test("an action says why, without the name of the flag", () => {
  expect(
    planned({ flags: ["DRIFT"], remarks: ["DRIFT: the pane runs sh, the roster says canary"] })?.why,
  ).toBe("the pane runs sh, the roster says canary");
  expect(planned({ readiness: "dead", remarks: ["DEAD: the program has ended with status 3"] })?.why).toBe(
    "the program has ended with status 3",
  );
});

test("the seats stand in the order of the roster, and sessions whose seat is gone come last", () => {
  const actions = plan(
    sampleRoster(["b", "a"]),
    facts(
      [sampleAgent({ name: "a" }), sampleAgent({ name: "b", session: null })],
      [
        { session: "retired", command: "node", pid: 1, ours: true },
        { session: "somebody-elses", command: "vim", pid: 2, ours: false },
      ],
    ),
  );
  expect(actions.map(({ kind, agent }) => `${kind} ${agent}`)).toEqual([
    "create b",
    "nothing a",
    "stop retired",
  ]);
});

test("an agent that runs and would not start at boot is enabled, not restarted", () => {
  expect(planned({ flags: ["BOOT-ENABLE"] })?.kind).toBe("enable");
  expect(planned({ flags: ["DRIFT", "BOOT-ENABLE"] })?.kind).toBe("restart");
});

test("a holder of somebody else's comes first, as a conflict", () => {
  const actions = plan(sampleRoster(["coder0"]), { ...facts([sampleAgent()]), holder_foreign: true });
  expect(actions.map(({ kind, agent }) => [kind, agent])).toEqual([
    ["conflict", "_holder"],
    ["nothing", "coder0"],
  ]);
});
