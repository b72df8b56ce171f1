import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { diagnose, wrong, type Call } from "./doctor-world.ts";
import { fleetWorld, type FleetWorld } from "./fleet-world.ts";

const CONFIG = ".claude.json";

/** A claude that only knows its version, and a user who is logged in. */
async function claude(world: FleetWorld, answer: string): Promise<Call> {
  const folder = `${world.server.tmpdir}/programs`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/claude`, `#!/bin/sh\n${answer}\n`);
  await chmod(`${folder}/claude`, 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH ?? ""}`, ANTHROPIC_API_KEY: "key" },
  };
}

const GOOD = "echo '99.0.0 (Claude Code)'";
const SEATS = ["coder0", "coder1"].map((name) => ({ name, runtime: "claude" }));
/** An agent gets a secret of the operator's shell where the roster names it, and only there. */
const PASSED = { runtimes: { claude: { env: ["ANTHROPIC_API_KEY"] } } };

test("a runtime that is missing, does not run, or is too old is named with the command that installs it", async () => {
  await using world = await fleetWorld();
  await world.roster(SEATS, PASSED);
  const call = await claude(world, GOOD);
  expect(wrong(await diagnose(world, call))).toEqual([]);
  const cases = [
    ["echo 0.2.9", { code: "RUNTIME_TOO_OLD", severity: "warning" }],
    ["echo 'no such library' >&2; exit 127", { code: "RUNTIME_BROKEN", severity: "error" }],
  ] as const;
  for (const [answer, what] of cases) {
    const { findings } = await diagnose(world, await claude(world, answer));
    expect(findings.filter(({ check }) => check === "runtimes")).toMatchObject([
      { ...what, subject: "claude" },
    ]);
  }
  await chmod(`${world.server.tmpdir}/programs/claude`, 0o644);
  const { findings } = await diagnose(world, {
    env: { ...call.env, PATH: `${world.server.tmpdir}/programs:/usr/bin:/bin` },
  });
  expect(findings.find(({ check }) => check === "runtimes")).toMatchObject({
    code: "RUNTIME_MISSING",
    message: expect.stringContaining("claude, which starts coder0, coder1, is not on the PATH of the agents"),
    mend: expect.stringMatching(/^Install it with: npm install --global /),
  });
});

test("a key in the shell alone is no login of an agent's; one in its env file is, and the finding is one for all seats", async () => {
  await using world = await fleetWorld();
  await world.roster(SEATS);
  const call = await claude(world, GOOD);
  const before = (await diagnose(world, call)).findings.filter(
    ({ code }) => code === "RUNTIME_NOT_LOGGED_IN",
  );
  expect(before).toMatchObject([
    { severity: "error", subject: "claude", mend: expect.stringContaining("env file") },
  ]);
  await mkdir(`${world.home}/fleet/agents`, { recursive: true });
  for (const { name } of SEATS)
    await writeFile(`${world.home}/fleet/agents/${name}.env`, "ANTHROPIC_API_KEY=key\n", { mode: 0o600 });
  expect(wrong(await diagnose(world, call))).toEqual([]);
});

test("--fix answers a runtime's first-run questions for the seat's folder and touches nothing else in its file", async () => {
  await using world = await fleetWorld();
  const folder = `${world.server.tmpdir}/work`;
  await mkdir(folder);
  await world.roster([{ name: "coder0", runtime: "claude", working_directory: folder }], PASSED);
  const call = await claude(world, GOOD);
  const path = `${world.server.tmpdir}/${CONFIG}`;
  const others = { theme: "dark", projects: { "/elsewhere": { hasTrustDialogAccepted: false } } };
  await writeFile(path, JSON.stringify(others), { mode: 0o640 });
  const open = await diagnose(world, call);
  expect(open.healthy).toBe(true);
  expect(open.findings.find(({ code }) => code === "FIRST_RUN_OPEN")).toMatchObject({
    severity: "info",
    subject: `claude in ${folder}`,
    fixable: true,
  });
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(others);
  expect((await diagnose(world, call, "--fix")).fixes).toMatchObject([
    { before: "not answered", after: expect.stringContaining(folder), error: null },
  ]);
  const config = JSON.parse(await readFile(path, "utf8")) as typeof others; // As written above.
  expect(config).toMatchObject(others);
  expect(Object.keys(config.projects)).toEqual(["/elsewhere", folder]);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(wrong(await diagnose(world, call))).toEqual([]);
});

test("a configuration of a runtime that cannot be read is named, and left as it is", async () => {
  await using world = await fleetWorld();
  await world.roster(SEATS, PASSED);
  const call = await claude(world, GOOD);
  const path = `${world.server.tmpdir}/${CONFIG}`;
  await writeFile(path, "{ half");
  const found = await diagnose(world, call, "--fix");
  expect(wrong(found)).toEqual(["RUNTIME_CONFIG_INVALID"]);
  expect(found.findings.find(({ code }) => code === "RUNTIME_CONFIG_INVALID")).toMatchObject({
    subject: path,
  });
  expect(await readFile(path, "utf8")).toBe("{ half");
});
