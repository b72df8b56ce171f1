import type { UnitFacts } from "@mosaic/fleet-commands/systemd";
import { expect, test } from "vitest";
import { NOW, sampleContext, sampleHeartbeat, samplePane, sampleRoster } from "../test/sample.ts";
import { launchOf } from "./launch/launch.ts";
import { agentFacts, type AgentFacts } from "./agent-facts.ts";

const context = sampleContext();
const CANARY = {
  pid: 4242,
  parent: 1,
  residentKiB: 2048,
  foreground: true,
  command: "node /opt/mosaic.js yolo canary",
};

const look = (
  changes: Partial<Parameters<typeof agentFacts>[0]> = {},
  seat: Readonly<Record<string, unknown>> = {},
): AgentFacts => {
  const roster = sampleRoster([], { agents: [{ name: "coder0", runtime: "canary", ...seat }] });
  const [agent] = roster.agents;
  if (!agent) throw new Error("the roster has no seat");
  const mark = { home: context.home.root, launch: launchOf(roster, agent, context).hash };
  return agentFacts({
    context,
    roster,
    seat: agent,
    pane: samplePane({ mark }),
    process: CANARY,
    command: undefined,
    heartbeat: sampleHeartbeat(),
    claims: [],
    unit: undefined,
    stopped: false,
    held: false,
    now: NOW,
    ...changes,
  });
};

test("a healthy agent carries no flag, however long it is idle", () => {
  const facts = look({}, {});
  expect(facts).toMatchObject({
    readiness: "available",
    flags: [],
    remarks: [],
    idle_seconds: 10,
    card: "card-7",
  });
  expect(facts.heartbeat).toMatchObject({ current: true, age_ms: 10, state: "idle" });
});

test("no session is DEAD", () => {
  expect(look({ pane: undefined, process: undefined })).toMatchObject({
    readiness: "dead",
    flags: ["DEAD"],
    session: null,
    pane: null,
    process: null,
    idle_seconds: null,
  });
});

test("an agent that an operator stopped is STOPPED, not DEAD; one that crashed since is", () => {
  const down = { pane: undefined, process: undefined, stopped: true };
  expect(look(down)).toMatchObject({ readiness: "dead", flags: ["STOPPED"] });
  expect(look({ stopped: true, pane: samplePane({ dead: true, mark: samplePane().mark }) }).flags).toEqual([
    "DEAD",
  ]);
});

test("a dead pane is DEAD and says with which status", () => {
  const { mark } = samplePane();
  const facts = look({
    pane: samplePane({ dead: true, exitStatus: 3, ...(mark && { mark }) }),
    process: undefined,
  });
  expect(facts).toMatchObject({
    readiness: "dead",
    flags: ["DEAD"],
    remarks: ["DEAD: the program in the pane has ended with status 3"],
  });
});

test("a dead pane that a signal ended is DEAD and says by which", () => {
  const { mark } = samplePane();
  expect(look({ pane: samplePane({ dead: true, exitSignal: "9", ...(mark && { mark }) }) })).toMatchObject({
    flags: ["DEAD"],
    remarks: ["DEAD: the program in the pane has ended by SIGKILL"],
  });
});

test("a session without our mark is FOREIGN, and nothing else is said of it", () => {
  expect(look({ pane: samplePane({ mark: undefined }) })).toMatchObject({
    flags: ["FOREIGN"],
    session: { ours: false },
  });
  expect(look({ pane: samplePane({ mark: { home: "/other/home", launch: "" } }) }).flags).toEqual([
    "FOREIGN",
  ]);
});

test("a shell in the place of the agent is DRIFT and names both", () => {
  const facts = look({ process: { ...CANARY, command: "sh" }, heartbeat: undefined });
  expect(facts.remarks).toEqual(["DRIFT: the pane runs sh, the roster says canary"]);
  expect(facts).toMatchObject({ readiness: "unknown", process: { declared: false } });
});

test("an agent that was started with another roster is DRIFT", () => {
  expect(look({}, { model_hint: "small" }).flags).toEqual([]);
  const before = look({}).session;
  expect(before?.ours).toBe(true);
  expect(look({ pane: samplePane({ mark: { home: context.home.root, launch: "older" } }) }).flags).toEqual([
    "DRIFT",
  ]);
});

test("a process that ps does not list is neither dead nor drifted", () => {
  expect(look({ process: undefined, heartbeat: undefined })).toMatchObject({
    readiness: "unknown",
    flags: [],
  });
});

test("a heartbeat that another process wrote is shown, and proves nothing", () => {
  const facts = look({ heartbeat: sampleHeartbeat({ pid: 1 }) });
  expect(facts.heartbeat?.current).toBe(false);
  expect(facts).toMatchObject({ readiness: "unknown", card: null });
});

test("a card that is claimed for an agent comes before one that only its report names", () => {
  expect(look({ claims: ["card-9", "card-8"] })).toMatchObject({
    card: "card-9",
    cards: ["card-9", "card-8", "card-7"],
  });
  expect(look({ claims: ["card-7"] }).cards).toEqual(["card-7"]);
});

test("a seat that lives elsewhere carries no flag and is unknown", () => {
  expect(look({ pane: undefined, process: undefined, heartbeat: undefined }, { host: "oak" })).toMatchObject({
    elsewhere: "oak",
    host: "oak",
    readiness: "unknown",
    flags: [],
  });
});

const unit = (changes: Partial<UnitFacts> = {}): UnitFacts => ({
  unit: "mosaic-agent@coder0.service",
  loadState: "loaded",
  activeState: "active",
  subState: "running",
  enabled: "enabled",
  result: "success",
  mainPid: 7,
  exitStatus: 0,
  restarts: 0,
  memory: 1024,
  memoryMax: null,
  tasksMax: null,
  needsReload: false,
  file: "",
  dropIns: [],
  cgroup: "",
  ...changes,
});

test.for([
  ["under systemd, enabled", { held: true, unit: unit() }, []],
  ["under systemd, not enabled", { held: true, unit: unit({ enabled: "disabled" }) }, ["BOOT-ENABLE"]],
  ["without systemd, though a unit is installed", { held: false, unit: unit({ enabled: "disabled" }) }, []],
  ["outside of its unit", { held: true, unit: unit({ activeState: "inactive" }) }, ["DRIFT"]],
  ["without units", { held: false, unit: undefined }, []],
] as const)("an agent that runs %s carries %j", ([, changes, flags]) => {
  expect(look(changes).flags).toEqual(flags);
});

test("a crash loop that was given up is said", () => {
  const failed = unit({ activeState: "failed", result: "exit-code", restarts: 5 });
  expect(look({ held: true, unit: failed, pane: undefined }).remarks[0]).toContain(
    "systemd has given up on it",
  );
  expect(look({ held: true, unit: { ...failed, restarts: 1 }, pane: undefined }).remarks[0]).not.toContain(
    "given up",
  );
  // Also where it had been stopped before somebody started its unit.
  expect(look({ held: true, unit: failed, pane: undefined, stopped: true }).flags).toEqual(["DEAD"]);
});

test("a seat that lives elsewhere has no unit here", () => {
  expect(look({ unit: unit() }, { host: "oak" }).unit).toBe(null);
  expect(look({ unit: unit() }).unit).toEqual({
    name: "mosaic-agent@coder0.service",
    state: "active",
    enabled: true,
    result: "success",
    restarts: 0,
    memory_bytes: 1024,
  });
});
