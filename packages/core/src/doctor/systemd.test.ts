import type { UnitFacts } from "@mosaic/fleet-commands/systemd";
import { expect, test } from "vitest";
import { judgeSystemd } from "./systemd.ts";
import type { UnitFile } from "../manage/units.ts";

const HOME = "/home/ada/.config/mosaic";
const unit = (changes: Partial<UnitFacts> = {}): UnitFacts => ({
  ...{ unit: "mosaic-agent@lead.service", loadState: "loaded", activeState: "active", subState: "running" },
  ...{ enabled: "enabled", result: "success", mainPid: 7, exitStatus: 0, restarts: 0, memory: null },
  ...{ memoryMax: null, tasksMax: null, needsReload: false, file: "/unit", dropIns: [], cgroup: "" },
  ...changes,
});
const file = (state: UnitFile["state"]): UnitFile => ({ path: `/units/${state}`, content: "", state });

const judge = (changes: object): string[] =>
  judgeSystemd({
    ...{
      home: HOME,
      user: "ada",
      version: "252",
      owner: HOME,
      files: [],
      linger: true,
      units: [],
      seatless: [],
    },
    ...changes,
  }).map(({ code, fix }) => (fix === undefined ? code : `${code} fixable`));

test.for([
  ["an installed fleet", {}, []],
  ["a fleet that is not installed", { owner: undefined, linger: false }, ["UNITS_NOT_INSTALLED"]],
  [
    "the units of another home",
    { owner: "/other", linger: false, units: [unit({ enabled: "disabled" })] },
    ["UNITS_FOREIGN"],
  ],
  ["no linger", { linger: false }, ["LINGER_OFF fixable"]],
  ["linger that is not known", { linger: undefined }, ["LINGER_OFF fixable"]],
  ["a disabled unit", { units: [unit({ enabled: "disabled" })] }, ["UNIT_NOT_ENABLED fixable"]],
  ["the holder, which nobody enables", { units: [unit({ enabled: "other" })] }, []],
  [
    "a failed unit",
    { units: [unit({ activeState: "failed", result: "exit-code", exitStatus: 1 })] },
    ["UNIT_FAILED"],
  ],
  ["an old copy", { files: [file("stale"), file("current")] }, ["UNIT_STALE fixable"]],
  [
    "an old copy beside an edited file",
    { files: [file("stale"), file("edited")] },
    ["UNIT_STALE", "UNIT_EDITED"],
  ],
  [
    "a file that was not read",
    { files: [file("current")], units: [unit({ needsReload: true })] },
    ["UNIT_NOT_RELOADED fixable"],
  ],
  [
    "a file that is gone",
    { files: [file("missing")], units: [unit({ needsReload: true })] },
    ["UNIT_STALE fixable", "UNIT_NOT_RELOADED"],
  ],
  ["a unit without a seat", { seatless: ["mosaic-agent@x.service"] }, ["UNIT_UNROSTERED fixable"]],
] as const)("%s", ([, changes, codes]) => {
  expect(judge(changes)).toEqual(codes);
});

test.for([
  [{ result: "exit-code", exitStatus: 3 }, "exit code 3"],
  [{ result: "exit-code", exitStatus: 77 }, "the runtime could not log in"],
  [{ result: "oom-kill", exitStatus: 9 }, "oom-kill"],
  [{ result: "start-limit-hit", exitStatus: 1, restarts: 5 }, "start-limit-hit, after 5 restarts"],
] as const)("a unit that has failed with %j says %j", ([changes, why]) => {
  const [found] = judgeSystemd({
    ...{ home: HOME, user: "ada", version: "252", owner: HOME, files: [], linger: true, seatless: [] },
    units: [unit({ activeState: "failed", ...changes })],
  });
  expect(found?.message).toBe(`mosaic-agent@lead.service has failed (${why})`);
  expect(found?.mend).toContain("mosaic fleet start lead");
});
