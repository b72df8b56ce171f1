import { expect, test } from "vitest";
import { decideManager, type ManagerFactsOfFleet } from "./choose-manager.ts";

/** A default home on a machine where systemd answers, and nothing was ever started. */
const FRESH: ManagerFactsOfFleet = {
  silent: undefined,
  held: false,
  runsOutside: false,
  installed: false,
  otherHome: undefined,
  defaultHome: true,
};
const OTHER: ManagerFactsOfFleet = { ...FRESH, defaultHome: false };

test.for([
  ["the default home where systemd answers", FRESH, "systemd"],
  ["an installed home", { ...FRESH, installed: true, defaultHome: false }, "systemd"],
  ["a home of a moment", OTHER, "direct"],
  ["where nothing answers", { ...FRESH, silent: "no service manager" }, "direct"],
  ["where another home has the units", { ...FRESH, otherHome: "/other" }, "direct"],
  ["a server in its unit", { ...FRESH, held: true, installed: true }, "systemd"],
  ["sessions outside of it, though installed", { ...FRESH, runsOutside: true, installed: true }, "direct"],
] as const)("%s", ([, facts, kind]) => {
  expect(decideManager(facts, undefined)).toEqual({ kind, why: expect.stringMatching(/./) as string });
  expect(decideManager(facts, kind).kind).toBe(kind);
});

test.for([
  ["direct, over a server in its unit", { ...FRESH, held: true }, "direct", "MANAGER_CONFLICT"],
  ["systemd, over sessions outside", { ...FRESH, runsOutside: true }, "systemd", "MANAGER_CONFLICT"],
  [
    "systemd, where none answers",
    { ...FRESH, silent: "no service manager" },
    "systemd",
    "MANAGER_UNAVAILABLE",
  ],
] as const)("it is refused to use %s", ([, facts, wanted, code]) => {
  expect(() => decideManager(facts, wanted)).toThrow(expect.objectContaining({ code }));
});

test("where nothing runs, what is asked for is used", () => {
  expect(decideManager(OTHER, "systemd").kind).toBe("systemd");
  expect(decideManager({ ...FRESH, installed: true }, "direct").kind).toBe("direct");
});

test("why nothing answers is handed on", () => {
  expect(decideManager({ ...FRESH, silent: "the bus is gone" }, undefined).why).toBe("the bus is gone");
});
