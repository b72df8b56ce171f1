import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "@mosaic/fleet-process";
import { expect, test } from "vitest";
import { agentUnit, HOLDER, systemdWorld, type SystemdWorld } from "./systemd-world.ts";
import { buildOf } from "./update-world.ts";

/** Puts another version of the program into the user's home, with a unit of its own. @returns how it is run. */
async function newer(world: SystemdWorld): Promise<(...args: readonly string[]) => Promise<RunResult>> {
  const folder = await mkdtemp(join(tmpdir(), "mf-newer-"));
  await buildOf("0.2.0", folder, (framework) =>
    appendFile(join(framework, `systemd/user/mosaic-agent@.service`), "# As of 0.2.0.\n"),
  );
  await cp(folder, join(world.files, "newer"), { recursive: true });
  await rm(folder, { recursive: true });
  return (...args) => world.run([world.node, `${world.userHome}/newer/dist/mosaic.js`, ...args]);
}

interface Done {
  readonly files: readonly { readonly path: string; readonly why: string }[];
  readonly units: readonly { readonly path: string; readonly kept_as: string | null }[];
}

const answer = (result: RunResult): Done => {
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout) as Done; // As documented.
};

test("an update refreshes the active units, keeps an edited one beside, reloads systemd and restarts nobody", async () => {
  await using world = await systemdWorld();
  await world.roster(["a", "b"]);
  await world.must("fleet", "apply");
  const before = await world.rows();
  const units = join(world.files, ".config/systemd/user");
  await appendFile(join(units, HOLDER), "# Mine.\n");
  const mine = await readFile(join(units, HOLDER), "utf8");
  const mosaic = await newer(world);

  const planned = answer(await mosaic("update", "--no-self", "--dry-run", "--json"));
  const done = answer(await mosaic("update", "--no-self", "--json"));
  expect(done).toEqual({ ...planned, dry_run: false });
  expect(done.units.map(({ path, kept_as }) => [path.split("/").at(-1), kept_as !== null])).toEqual([
    [HOLDER, true],
    ["mosaic-agent@.service", false],
  ]);
  expect(done.files.map(({ path }) => path)).toEqual([
    "systemd/user/mosaic-agent@.service",
    "fleet/run/bin/mosaic",
  ]);
  const keptAs = done.units[0]?.kept_as?.split("/").at(-1) ?? "";
  expect(await readFile(join(units, keptAs), "utf8")).toBe(mine);
  expect(await readFile(join(units, "mosaic-agent@.service"), "utf8")).toContain("# As of 0.2.0.");
  for (const unit of [HOLDER, agentUnit("a"), agentUnit("b")])
    expect([await world.unit(unit, "NeedDaemonReload"), await world.unit(unit, "ActiveState")]).toEqual([
      "no",
      "active",
    ]);
  expect((await world.rows()).map(({ pane }) => pane?.pid)).toEqual(before.map(({ pane }) => pane?.pid));
  expect(answer(await mosaic("update", "--no-self", "--json"))).toMatchObject({ files: [], units: [] });

  // An agent that is started from now on is the newer mosaic's.
  const relaunched = await mosaic("update", "--no-self", "--relaunch", "--json");
  expect(relaunched.exitCode, relaunched.stderr).toBe(0);
  expect(await world.shell(`systemctl --user is-active '${agentUnit("a")}' '${agentUnit("b")}'`)).toBe(
    "active\nactive",
  );
  for (const { pane } of await world.rows())
    expect(await world.shell(`tr '\\0' ' ' </proc/${String(pane?.pid)}/cmdline`)).toContain(
      "/newer/dist/mosaic.js",
    );
});
