import { expect, test } from "vitest";
import { diagnose, wrong } from "./doctor-world.ts";
import { fleetWorld, type FleetWorld } from "./fleet-world.ts";

const pidOf = async (world: FleetWorld): Promise<number> => {
  const { stdout } = await world.mosaic("store", "status", "--json");
  const { service } = JSON.parse(stdout) as { service: { pid: number } | null }; // Its documented shape.
  if (service === null) throw new Error("no store service runs");
  return service.pid;
};

test("a store service is no fault; one that hangs is unreachable, and the mend finds it", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await world.mosaic("fleet", "backlog", "create", "--id", "A1", "--title", "One");
  const pid = await pidOf(world);
  expect(wrong(await diagnose(world))).toEqual([]);
  process.kill(pid, "SIGSTOP");
  try {
    const found = await diagnose(world);
    expect(wrong(found)).toEqual(["STORE_UNREACHABLE"]);
    expect(found.findings.find(({ code }) => code === "STORE_UNREACHABLE")).toMatchObject({
      subject: `${world.home}/fleet/backlog`,
      message: expect.stringContaining("has said nothing for 5 s"),
      mend: expect.stringContaining("pgrep -af 'store serve'"),
    });
  } finally {
    process.kill(pid, "SIGCONT");
  }
  expect(wrong(await diagnose(world))).toEqual([]);
  await world.mosaic("store", "stop");
});

test("two store services of one home, each with a directory of its own, are named with their processes", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await world.mosaic("fleet", "backlog", "create", "--id", "A1", "--title", "One");
  const pid = await pidOf(world);
  const env = { PGLITE_DATA_DIR: `${world.server.tmpdir}/other-store` };
  await using other = await fleetWorld({ env: { ...env, MOSAIC_HOME: world.home } });
  await other.mosaic("fleet", "backlog", "create", "--id", "A2", "--title", "Two");
  const found = await diagnose(world);
  expect(wrong(found)).toEqual(["SERVICE_DOUBLED"]);
  const doubled = found.findings.find(({ code }) => code === "SERVICE_DOUBLED");
  expect(doubled).toMatchObject({ severity: "error", subject: "mosaic store serve" });
  for (const one of [pid, await pidOf(other)]) expect(doubled?.mend).toContain(String(one));
  await other.mosaic("store", "stop");
  expect(wrong(await diagnose(world))).toEqual([]);
  await world.mosaic("store", "stop");
});
