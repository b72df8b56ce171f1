import { parseAgentName } from "@mosaic/fleet-model";
import { expect, test } from "vitest";
import {
  agentUnit,
  enableLinger,
  parseLinger,
  parseManager,
  parseUnits,
  showUnits,
  stopUnits,
  unitLog,
  type UnitFacts,
} from "./systemd.ts";

// As systemd 252 prints it; the properties come in an order of its own.
const RUNNING = `MainPID=107
Result=success
NRestarts=2
ExecMainStatus=0
ControlGroup=/user.slice/user-0.slice/user@0.service/app.slice/app-mosaic\\x2dagent.slice/mosaic-agent@coder0.service
MemoryCurrent=52428800
MemoryMax=104857600
TasksMax=28909
Id=mosaic-agent@coder0.service
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/root/.config/systemd/user/mosaic-agent@.service
DropInPaths=/a/one.conf /b/two.conf
UnitFileState=enabled
NeedDaemonReload=no
`;
const MISSING = `MainPID=0
Result=success
NRestarts=0
ExecMainStatus=0
ControlGroup=
MemoryCurrent=[not set]
MemoryMax=infinity
TasksMax=18446744073709551615
Id=mosaic-agent@gone.service
LoadState=not-found
ActiveState=inactive
SubState=dead
FragmentPath=
DropInPaths=
UnitFileState=
NeedDaemonReload=yes
`;

test("every unit is asked for in one call, and no name is read as an option", () => {
  expect(showUnits(["a.service", "b.service"]).slice(-3)).toEqual(["--", "a.service", "b.service"]);
  expect(stopUnits(["a.service"]).slice(-2)).toEqual(["--", "a.service"]);
});

test("an agent's unit carries the agent's name", () => {
  expect(agentUnit(parseAgentName("coder-1_a"))).toBe("mosaic-agent@coder-1_a.service");
});

test("a unit that runs is read whole", () => {
  expect(parseUnits(RUNNING)).toEqual([
    {
      unit: "mosaic-agent@coder0.service",
      loadState: "loaded",
      activeState: "active",
      subState: "running",
      enabled: "enabled",
      result: "success",
      mainPid: 107,
      exitStatus: 0,
      restarts: 2,
      memory: 52_428_800,
      memoryMax: 104_857_600,
      tasksMax: 28_909,
      needsReload: false,
      file: "/root/.config/systemd/user/mosaic-agent@.service",
      dropIns: ["/a/one.conf", "/b/two.conf"],
      cgroup:
        "/user.slice/user-0.slice/user@0.service/app.slice/app-mosaic\\x2dagent.slice/mosaic-agent@coder0.service",
    } satisfies UnitFacts,
  ]);
});

test("what is not there is null, and units stand apart", () => {
  const [running, missing] = parseUnits(`${RUNNING}\n${MISSING}`);
  expect(running?.unit).toBe("mosaic-agent@coder0.service");
  expect(missing).toMatchObject({
    loadState: "not-found",
    enabled: "disabled",
    mainPid: null,
    memory: null,
    memoryMax: null,
    tasksMax: null,
    needsReload: true,
    dropIns: [],
  });
});

test.for([
  ["", []],
  ["Failed to connect to bus: No medium found\n", []],
] as const)("output without a unit holds none: %j", ([stdout, units]) => {
  expect(parseUnits(stdout)).toEqual(units);
});

test.for([
  ["enabled", "enabled"],
  ["disabled", "disabled"],
  ["", "disabled"],
  ["masked", "other"],
  ["linked", "other"],
  ["static", "other"],
] as const)("the file state %j is %s", ([state, enabled]) => {
  const [unit] = parseUnits(MISSING.replace("UnitFileState=", `UnitFileState=${state}`));
  expect(unit?.enabled).toBe(enabled);
});

test("the manager tells its state and where it looks", () => {
  expect(parseManager("Version=252.38\nUnitPath=/a /b\nSystemState=degraded\n")).toEqual({
    state: "degraded",
    version: "252.38",
    unitPath: ["/a", "/b"],
  });
});

test.for([
  ["Linger=yes\n", true],
  ["Linger=no\n", false],
  ["", undefined],
] as const)("%j means %s", ([stdout, lingers]) => {
  expect(parseLinger(stdout)).toBe(lingers);
});

test("the user is named, not guessed from the session", () => {
  expect(enableLinger("ada").at(-1)).toBe("ada");
});

test("a log is that of one unit", () => {
  expect(unitLog("a.service", 5).slice(-4)).toEqual(["-n", "5", "-u", "a.service"]);
});
