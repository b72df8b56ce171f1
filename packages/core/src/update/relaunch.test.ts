import { parseRoster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import { relaunchOrder } from "./relaunch.ts";

test("a relaunch begins with those that may be missing for a moment; the lead of the floor comes last", () => {
  const seats = ["orchestrator", "code", "enhancer", "ceo", "code", "worker"];
  const agents = seats.map((one, at) => ({ name: `a${String(at)}`, runtime: "canary", class: one }));
  const roster = parseRoster(JSON.stringify({ version: 1, agents }), "roster.yaml", { tenantId: "me" });
  const floor = {
    classes: new Set(["orchestrator", "enhancer", "ceo"]),
    leads: new Set(["orchestrator", "ceo"]),
  };
  expect(relaunchOrder(roster, floor)).toEqual(["a1", "a4", "a5", "a2", "a0", "a3"]);
});
