import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { expect, test } from "vitest";
import { testFaults } from "./doctor-fault.ts";
import { diagnose, wrong } from "./doctor-world.ts";
import { fleetWorld, type FleetWorld } from "./fleet-world.ts";
import { ownDisk } from "./own-disk.ts";

const script = async (path: string, text: string): Promise<void> => {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
};

/** A folder with nothing but links to these programs. */
async function pathOf(world: FleetWorld, programs: readonly string[]): Promise<string> {
  const folder = `${world.server.tmpdir}/programs`;
  await mkdir(folder);
  for (const name of programs) {
    const { stdout } = await world.run(["sh", "-c", `command -v ${name}`]);
    await symlink(stdout.trim(), `${folder}/${name}`);
  }
  return folder;
}

const real = (name: string): string =>
  `PATH=${(process.env.PATH ?? "").split(delimiter).join(":")}; exec ${name} "$@"`;

testFaults([
  [
    "tmux is not on PATH",
    {
      code: "TMUX_MISSING",
      severity: "error",
      says: /apt-get install tmux/,
      make: async (world) => ({ call: { env: { PATH: await pathOf(world, ["ps"]) } } }),
    },
  ],
  [
    "tmux is too old",
    {
      code: "TMUX_TOO_OLD",
      severity: "error",
      says: /newer tmux/,
      make: async (world) => {
        const folder = await pathOf(world, []);
        await script(`${folder}/tmux`, `[ "$1" != -V ] || { echo tmux 3.1c; exit; }\n${real("tmux")}`);
        return { call: { env: { PATH: `${folder}:${process.env.PATH ?? ""}` } } };
      },
    },
  ],
  [
    "no UTF-8 locale is set",
    {
      code: "LOCALE_NOT_UTF8",
      severity: "warning",
      says: /LANG=C\.UTF-8/,
      make: () => Promise.resolve({ call: { env: { LC_ALL: "C" } } }),
    },
  ],
  [
    "TMUX_TMPDIR names a folder that is not there",
    {
      code: "TMUX_TMPDIR_MISSING",
      severity: "error",
      says: /mkdir -m 700 .*gone/,
      make: (world) => Promise.resolve({ call: { env: { TMUX_TMPDIR: `${world.server.tmpdir}/gone` } } }),
    },
  ],
  [
    "the path of the tmux socket is too long",
    {
      code: "SOCKET_PATH_TOO_LONG",
      severity: "error",
      says: /shorter path/,
      make: async (world) => {
        const folder = `${world.server.tmpdir}/${"deep/".repeat(20)}`;
        await mkdir(folder, { recursive: true });
        return { call: { env: { TMUX_TMPDIR: folder } } };
      },
      // What tmux itself says to it.
      also: ["CHECK_UNKNOWN"],
    },
  ],
  [
    "the Node that agents call mosaic with is too old",
    {
      code: "NODE_TOO_OLD",
      severity: "error",
      says: /newer Node/,
      running: true,
      make: async ({ home, server }) => {
        await script(`${server.tmpdir}/node`, "echo v18.20.4");
        await writeFile(
          `${home}/fleet/run/bin/mosaic`,
          `#!/bin/sh\nexec '${server.tmpdir}/node' '${process.argv[1] ?? ""}' "$@"\n`,
        );
        return {};
      },
      fixed: { before: /node v18\.20\.4$/, after: /mosaic\.js$/ },
    },
  ],
  [
    "the program that agents call is gone",
    {
      code: "SHIM_BROKEN",
      severity: "error",
      says: /doctor --fix/,
      running: true,
      make: async ({ home }) => {
        await writeFile(
          `${home}/fleet/run/bin/mosaic`,
          `#!/bin/sh\nexec '${process.execPath}' '/gone/mosaic.js' "$@"\n`,
        );
        return {};
      },
      fixed: { before: /\/gone\/mosaic\.js$/, after: /mosaic\.js$/ },
    },
  ],
  [
    "ps is missing while an agent runs",
    {
      code: "PS_MISSING",
      severity: "error",
      says: /Install ps/,
      running: true,
      make: async (world) => ({ call: { env: { PATH: await pathOf(world, ["tmux"]) } } }),
    },
  ],
]);

test("a disk that is nearly full is a warning, a full one an error; where there is space again, nothing", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid });
  await disk.mount(world.home, "size=8m");
  await world.roster(["lead"]);
  const inside = { before: ["nsenter", "-t", String(disk.pid), "-m", "--"] as const };
  const [low] = (await diagnose(world, inside)).findings.filter(({ check }) => check === "disk");
  expect(low).toMatchObject({ code: "DISK_LOW", severity: "warning", subject: world.home });
  await writeFile(`${world.files}/filler`, Buffer.alloc(16 << 20)).catch(() => undefined);
  const [full] = (await diagnose(world, inside)).findings.filter(({ check }) => check === "disk");
  expect(full).toMatchObject({
    code: "DISK_FULL",
    severity: "error",
    mend: expect.stringMatching(/^Free some/),
  });
  await rm(`${world.files}/filler`);
  await disk.remount(world.home, "size=512m");
  expect(wrong(await diagnose(world, inside))).toEqual([]);
});

test("a disk without inodes is full", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid });
  await disk.mount(world.home, "size=512m,nr_inodes=20");
  await world.roster(["lead"]);
  const names = Array.from({ length: 20 }, (_, index) => String(index));
  for (const name of names) await writeFile(`${world.files}/${name}`, "").catch(() => undefined);
  const found = await diagnose(world, { before: ["nsenter", "-t", String(disk.pid), "-m", "--"] });
  expect(found.findings).toContainEqual(
    expect.objectContaining({ code: "DISK_FULL", message: expect.stringContaining("0 inodes") }),
  );
  expect(await readdir(world.files)).not.toContain("19");
  for (const name of names) await rm(`${world.files}/${name}`, { force: true });
});

test("a tmux server that hangs is not known, and keeps no other check from looking", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await world.mosaic("fleet", "apply");
  const pid = Number((await world.tmux("display-message", "-p", "#{pid}")).stdout);
  process.kill(pid, "SIGSTOP");
  try {
    const found = await diagnose(world);
    expect(wrong(found)).toEqual(["CHECK_UNKNOWN"]);
    expect(found.findings.find(({ code }) => code === "CHECK_UNKNOWN")).toMatchObject({
      subject: "sessions",
      message: expect.stringContaining("tmux did not end within 5 s"),
      mend: expect.stringMatching(/^Run it by hand/),
    });
    expect(found.checks.filter(({ state }) => state === "ok").length).toBeGreaterThan(8);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  expect(wrong(await diagnose(world))).toEqual([]);
});

test("without a systemd user manager the doctor says so, and that is no fault", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  const found = await diagnose(world);
  expect(found.healthy).toBe(true);
  expect(found.findings).toMatchObject([{ code: "SYSTEMD_NONE", severity: "info", fixable: false }]);
  expect(found.checks.find(({ check }) => check === "systemd")).toMatchObject({ state: "noted" });
});

test("on a host where nothing is installed it names what is missing, and makes nothing", async () => {
  await using world = await fleetWorld();
  const found = await diagnose(world, { env: { PATH: "/nowhere", LC_ALL: "", LANG: "" } });
  expect(wrong(found)).toEqual(["TMUX_MISSING", "LOCALE_NOT_UTF8", "ROSTER_MISSING"]);
  const unknown = found.checks.filter(({ state }) => state === "unknown").map(({ check }) => check);
  expect(unknown).toEqual(["runtimes", "first-run", "sessions"]);
  expect(existsSync(world.home)).toBe(false);
});

test("it asks tmux and ps as often for 20 agents as for one", { timeout: 120_000 }, async () => {
  await using world = await fleetWorld();
  const folder = await pathOf(world, []);
  const log = `${folder}/calls`;
  for (const name of ["tmux", "ps"])
    await script(`${folder}/${name}`, `echo ${name} >>'${log}'\n${real(name)}`);
  const calls: string[][] = [];
  for (const size of [1, 20]) {
    await world.roster(
      Array.from({ length: size }, (_, i) => ({ name: `a${String(i)}`, command: "exec sleep 600" })),
    );
    await world.mosaic("fleet", "apply");
    await rm(log, { force: true });
    expect(wrong(await diagnose(world, { env: { PATH: `${folder}:${process.env.PATH ?? ""}` } }))).toEqual(
      [],
    );
    calls.push((await readFile(log, "utf8")).trim().split("\n").sort());
  }
  expect(calls).toEqual([
    ["ps", "tmux", "tmux"],
    ["ps", "tmux", "tmux"],
  ]);
});
