import { mkdir } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fleetWorld, pids, sessions, type FleetWorld } from "./fleet-world.ts";

/** Holds a lock of the home, as another command does, until it is closed. */
async function held({ files }: FleetWorld, subject: string): Promise<DatabaseSync> {
  await mkdir(`${files}/fleet/run/lock`, { recursive: true });
  const other = new DatabaseSync(`${files}/fleet/run/lock/${subject}.lock`);
  other.exec("BEGIN EXCLUSIVE");
  return other;
}

const seat = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  name,
  command: "exec sleep 600",
  ...more,
});

test("an apply that waited for another command follows the roster as that one left it", async () => {
  await using world = await fleetWorld();
  await world.roster([seat("a")]);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  const other = await held(world, "fleet");
  const waiting = world.start("fleet", "apply");
  // It has read the roster, and says which manager it uses.
  await waitFor(() => waiting.stderr() !== "", { what: "an apply that waits" });
  await world.roster([seat("b")]);
  other.close();
  expect(await waiting.end).toMatchObject({ exitCode: 0 });
  expect(await pids(world)).toEqual({ b: expect.any(Number) as number });
  expect(await sessions(world)).not.toContain("a");
});

test("of two removals at once, one leaves the last orchestrator", async () => {
  await using world = await fleetWorld();
  const last = seat("b", { class: "orchestrator" });
  await world.roster([seat("a", { class: "orchestrator" }), last]);
  const other = await held(world, "fleet");
  const waiting = world.start("fleet", "remove", "b");
  await waitFor(() => waiting.stderr() !== "", { what: "a removal that waits" });
  await world.roster([last]);
  other.close();
  expect(await waiting.end).toMatchObject({ exitCode: 5 });
  expect(await pids(world)).toHaveProperty("b");
});

test("a unit tries again what only waited for another command", { timeout: 30_000 }, async () => {
  await using world = await fleetWorld();
  await world.roster([seat("a")]);
  const other = await held(world, "seed");
  const started = await world.mosaic("session", "start", "a");
  other.close();
  expect(started.stderr).toContain("another command is seeding this home");
  expect(started.exitCode).toBe(5);
});
