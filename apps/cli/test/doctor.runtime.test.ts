import { dirname } from "node:path";
import { PINNED, runtimeFolder, type PinnedRuntime } from "@mosaic/fleet-testkit/runtimes";
import { expect, test } from "vitest";
import { diagnose } from "./doctor-world.ts";
import { fleetWorld } from "./fleet-world.ts";

const RUNTIMES = Object.keys(PINNED) as PinnedRuntime[]; // The keys of that object.

test("the real runtimes are found with their versions, and who is not logged in is named", async () => {
  await using world = await fleetWorld();
  await world.roster(RUNTIMES.map((runtime) => ({ name: runtime, runtime })));
  const PATH = [...RUNTIMES.map(runtimeFolder), dirname(process.execPath), process.env.PATH ?? ""].join(":");
  const { checks, findings } = await diagnose(world, { env: { PATH } });
  const versions = RUNTIMES.map((runtime) => `${runtime} ${PINNED[runtime].version}`).join(", ");
  expect(checks.find(({ check }) => check === "runtimes")).toMatchObject({ state: "ok", summary: versions });
  const out = findings.filter(({ code }) => code === "RUNTIME_NOT_LOGGED_IN").map(({ subject }) => subject);
  expect(out).toEqual(["claude", "codex"]);
});
