import { existsSync } from "node:fs";
import { chmod, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { testFaults } from "./doctor-fault.ts";
import { callDoctor, diagnose, wrong, type Call } from "./doctor-world.ts";
import { failure, fleetWorld, type FleetWorld } from "./fleet-world.ts";
import { ownDisk } from "./own-disk.ts";

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const rosterOf = (world: FleetWorld): string => `${world.home}/fleet/roster.yaml`;
const SECRET = "TOKEN=keep-me\n";

testFaults([
  [
    "an env file can be read by others",
    {
      code: "ENV_FILE_EXPOSED",
      severity: "error",
      says: /^chmod 600 .*lead\.env$/,
      subject: (world) => `${world.home}/fleet/agents/lead.env`,
      running: true,
      make: async (world) => {
        await chmod(`${world.home}/fleet/agents/lead.env`, 0o644);
        return {};
      },
      fixed: { before: "0644", after: "0600" },
    },
  ],
  [
    "the credentials file can be read by others",
    {
      code: "CREDENTIALS_EXPOSED",
      severity: "error",
      says: /^chmod 600 .*credentials$/,
      make: async (world) => {
        await writeFile(`${world.home}/credentials`, SECRET, { mode: 0o600 });
        await chmod(`${world.home}/credentials`, 0o640);
        return {};
      },
      fixed: { before: "0640", after: "0600" },
    },
  ],
  [
    "the store can be entered by others",
    {
      code: "STORE_EXPOSED",
      severity: "error",
      says: /^chmod 700 .*backlog$/,
      make: async (world) => {
        await mkdir(`${world.home}/fleet/backlog`);
        await chmod(`${world.home}/fleet/backlog`, 0o755);
        return {};
      },
      fixed: { before: "0755", after: "0700" },
    },
  ],
  [
    "the store was written by another Postgres",
    {
      code: "STORE_DAMAGED",
      severity: "error",
      says: /^Export it with the mosaic that wrote it/,
      make: async (world) => {
        const folder = `${world.home}/fleet/backlog`;
        await mkdir(folder, { mode: 0o700 });
        await writeFile(`${folder}/PG_VERSION`, "16\n");
        return { mend: () => rename(folder, `${folder}.16`) };
      },
    },
  ],
  [
    "a server that does not answer keeps the cards, and its password is not told",
    {
      code: "STORE_UNREACHABLE",
      severity: "error",
      says: /^Start it, or correct its address/,
      subject: "postgres://ada:***@127.0.0.1:9/cards",
      make: () =>
        Promise.resolve({ call: { env: { DATABASE_URL: "postgres://ada:secret@127.0.0.1:9/cards" } } }),
    },
  ],
  [
    "there is no roster",
    {
      code: "ROSTER_MISSING",
      severity: "error",
      says: /mosaic fleet init --profile local-canary --write/,
      make: async (world) => {
        await rename(rosterOf(world), `${world.home}/away`);
        return { mend: () => rename(`${world.home}/away`, rosterOf(world)) };
      },
    },
  ],
  [
    "the roster has a misspelt key",
    {
      code: "ROSTER_INVALID",
      severity: "error",
      says: /roster\.md/,
      make: async (world) => {
        await writeFile(rosterOf(world), "version: 1\nagents:\n  - name: lead\n    runtme: canary\n");
        return { mend: () => world.roster(["lead"]) };
      },
    },
  ],
  [
    "something that cannot be read stands in the place of the roster",
    {
      code: "ROSTER_UNREADABLE",
      severity: "error",
      says: /Something else stands at/,
      make: async (world) => {
        await rm(rosterOf(world));
        await mkdir(rosterOf(world));
        return {
          mend: async () => {
            await rm(rosterOf(world), { recursive: true });
            await world.roster(["lead"]);
          },
        };
      },
    },
  ],
  [
    "the working directory of two seats is not there",
    {
      code: "WORKDIR_MISSING",
      severity: "error",
      says: /mkdir -p .*\/work,/,
      subject: (world) => `${world.server.tmpdir}/work`,
      make: async (world) => {
        const folder = `${world.server.tmpdir}/work`;
        await world.roster(["a", "b"].map((name) => ({ name, working_directory: folder })));
        return { mend: () => mkdir(folder) };
      },
    },
  ],
  [
    "the persona of a rostered class is broken",
    {
      code: "PERSONA_BROKEN",
      severity: "error",
      says: /\w/,
      subject: "code",
      seats: [{ name: "coder0", class: "code" }],
      make: async (world) => {
        const folder = `${world.home}/fleet/roles.local`;
        await mkdir(folder, { recursive: true });
        await writeFile(`${folder}/code.md`, "Not a contract.\n");
        return { mend: () => rm(`${folder}/code.md`) };
      },
    },
  ],
  [
    "a runtime's program is not on the PATH of its agents",
    {
      code: "RUNTIME_MISSING",
      severity: "error",
      says: /^Install my-agent; or put PATH=/,
      subject: "my-agent",
      make: async (world) => {
        await world.roster([{ name: "lead", runtime: "mine" }], {
          runtimes: { mine: { command: "my-agent --quiet" } },
        });
        const folder = `${world.server.tmpdir}/programs`;
        await mkdir(`${world.home}/fleet/agents`, { recursive: true });
        return {
          mend: async () => {
            await mkdir(folder);
            await writeFile(`${folder}/my-agent`, "#!/bin/sh\n", { mode: 0o755 });
            await writeFile(`${world.home}/fleet/agents/lead.env`, `PATH=${folder}:/usr/bin\n`, {
              mode: 0o600,
            });
          },
        };
      },
    },
  ],
]);

/** As a user who owns the home and is not root. */
async function asNobody(world: FleetWorld): Promise<Call> {
  if (process.getuid?.() !== 0) throw new Error("This test acts as another user: run it as root.");
  await world.run(["chown", "-R", "65534:65534", world.server.tmpdir]);
  return { before: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] };
}

test("a heartbeat folder that its owner closed is opened by --fix", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await mkdir(`${world.home}/fleet/run`);
  const nobody = await asNobody(world);
  expect(wrong(await diagnose(world, nobody))).toEqual([]);
  await chmod(`${world.home}/fleet/run`, 0o500);
  const [found] = (await diagnose(world, nobody)).findings.filter(({ check }) => check === "files");
  expect(found).toMatchObject({
    code: "FOLDER_NOT_WRITABLE",
    subject: `${world.home}/fleet/run`,
    mend: `chmod u+rwx ${world.home}/fleet/run`,
    fixable: true,
  });
  expect((await diagnose(world, nobody, "--fix")).fixes).toMatchObject([{ before: "0500", after: "0700" }]);
  expect(wrong(await diagnose(world, nobody))).toEqual([]);
});

test("a heartbeat folder of another user, as after a call of sudo, is theirs to mend", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await mkdir(`${world.home}/fleet/run`);
  const nobody = await asNobody(world);
  await world.run(["chown", "root:root", `${world.home}/fleet/run`]);
  const found = await diagnose(world, nobody, "--fix");
  expect(wrong(found)).toEqual(["FOLDER_NOT_WRITABLE"]);
  expect(found.findings).toContainEqual(
    expect.objectContaining({ fixable: false, mend: expect.stringMatching(/run mosaic as its owner/) }),
  );
  await world.run(["chown", "65534:65534", `${world.home}/fleet/run`]);
  expect(wrong(await diagnose(world, nobody))).toEqual([]);
});

test("a home on a read-only disk is named as one, and everything else is looked at", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid });
  await disk.mount(world.home, "size=512m");
  await world.roster(["lead"]);
  const enter = ["nsenter", "-t", String(disk.pid), "-m", "--"] as const;
  await disk.remount(world.home, "ro");
  const found = await diagnose(world, { before: enter });
  expect([...new Set(wrong(found))]).toEqual(["FOLDER_NOT_WRITABLE"]);
  expect(found.findings.find(({ subject }) => subject === world.home)?.mend).toMatch(
    /read-only: mount it for writing/,
  );
  await disk.remount(world.home, "rw");
  expect(wrong(await diagnose(world, { before: enter }))).toEqual([]);
});

test("a first seed that a full disk interrupted is completed by --fix once there is space", async () => {
  await using disk = await ownDisk();
  await using world = await fleetWorld({ inside: disk.pid });
  await disk.mount(world.home, "size=300k");
  const enter = { before: ["nsenter", "-t", String(disk.pid), "-m", "--"] as const };
  const init = await world.mosaic("fleet", "init", "--profile", "minimal", "--write", "--json");
  expect(failure(init).code).toBe("WRITE_FAILED");
  await disk.remount(world.home, "size=512m");
  await world.roster(["lead"]);
  const found = await diagnose(world, enter);
  expect(wrong(found)).toEqual(["HOME_HALF_SEEDED"]);
  expect(found.findings.find(({ code }) => code === "HOME_HALF_SEEDED")?.mend).toBe("mosaic update");
  expect((await diagnose(world, enter, "--fix")).fixes).toMatchObject([
    { code: "HOME_HALF_SEEDED", before: "seeded in part", error: null },
  ]);
  expect(wrong(await diagnose(world, enter))).toEqual([]);
  expect(existsSync(`${world.files}/fleet/roles/code.md`)).toBe(true);
});

test("a store whose making was cut short is no fault: the next call makes it anew", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await mkdir(`${world.home}/fleet/backlog/base`, { recursive: true, mode: 0o700 });
  expect(wrong(await diagnose(world))).toEqual(["STORE_DAMAGED"]);
  await writeFile(`${world.home}/fleet/backlog.unfinished`, "");
  expect(wrong(await diagnose(world))).toEqual([]);
});

test("--fix says what it could not do, does the rest, and exits 1", async () => {
  await using world = await fleetWorld();
  await world.roster(["lead"]);
  await world.mosaic("fleet", "apply");
  await chmod(`${world.home}/fleet/agents/lead.env`, 0o666);
  await writeFile(`${world.home}/credentials`, SECRET, { mode: 0o600 });
  await chmod(`${world.home}/credentials`, 0o604);
  await world.run(["chattr", "+i", `${world.home}/credentials`]);
  const found = await diagnose(world, {}, "--fix");
  await world.run(["chattr", "-i", `${world.home}/credentials`]);
  expect(wrong(found)).toEqual(["CREDENTIALS_EXPOSED"]);
  expect(found.fixes).toMatchObject([
    { code: "ENV_FILE_EXPOSED", before: "0666", after: "0600", error: null },
    { code: "CREDENTIALS_EXPOSED", error: expect.stringContaining("EPERM") },
  ]);
  expect(await modeOf(`${world.home}/fleet/agents/lead.env`)).toBe(0o600);
});

test("the document has a version and the keys that scripts rely on; a wrong call is a usage error", async () => {
  await using world = await fleetWorld();
  await mkdir(world.home);
  await writeFile(`${world.home}/credentials`, SECRET, { mode: 0o644 });
  const found = await diagnose(world, {}, "--fix");
  const keys = (one: object | undefined): string[] => Object.keys(one ?? {}).sort();
  expect(keys(found)).toEqual(["checks", "findings", "fixes", "healthy", "version"]);
  expect(keys(found.checks[0])).toEqual(["check", "state", "summary", "title"]);
  expect(keys(found.fixes[0])).toEqual(["after", "before", "code", "error", "subject"]);
  expect(keys(found.findings[0])).toEqual([
    ...["check", "code", "fixable", "fixed", "mend", "message", "severity", "subject"],
  ]);
  expect(found.version).toBe(1);
  expect((await callDoctor(world, {}, "--fixx")).exitCode).toBe(2);
});

test("the text names each finding with its mend, in 80 columns and without colours in a pipe", async () => {
  await using world = await fleetWorld();
  await world.roster([{ name: "lead", working_directory: "/no/such/folder" }]);
  await writeFile(`${world.home}/credentials`, SECRET, { mode: 0o644 });
  await chmod(`${world.home}/credentials`, 0o644);
  const found = await callDoctor(world, {});
  expect(found).toMatchObject({ exitCode: 1, stderr: "" });
  expect(found.stdout).toMatch(/^✓ tmux {7}\d/m);
  expect(found.stdout).toMatch(/^✗ Files .*\n {4}error CREDENTIALS_EXPOSED {2}--fix mends this\n/m);
  expect(found.stdout).toMatch(
    /^ {4}→ Make it with mkdir -p \/no\/such\/folder, or set working_directory in the$/m,
  );
  expect(found.stdout.trim().split("\n").at(-1)).toBe("2 errors. mosaic fleet doctor --fix mends 1 finding.");
  expect(found.stdout).not.toContain("\u001b");
  const mended = await callDoctor(world, {}, "--fix");
  expect(mended.stdout).toMatch(/^ {4}mended CREDENTIALS_EXPOSED\n.*\n(?:.*\n)? {4}0644 → 0600$/m);
  expect(mended.stdout.trim().split("\n").at(-1)).toBe("1 error. 1 mended.");
});
