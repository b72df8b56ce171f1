import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failure, fleetWorld, json, rows, sessions, type FleetWorld } from "./fleet-world.ts";

const CANARIES = ["--runtime", "*=canary"];
const rosterOf = (world: FleetWorld): Promise<string> => readFile(`${world.home}/fleet/roster.yaml`, "utf8");
const provision = (world: FleetWorld, ...args: readonly string[]): ReturnType<FleetWorld["mosaic"]> =>
  world.mosaic("fleet", "provision", ...args);

/** Enough of a contract. */
const contract = (name: string): string =>
  `---\nclass: ${name}\nstanding: task\n---\n# ${name}\n\nYou are ${name}.\n\n## Mandate\n- A.\n\n## Boundaries\n- B.\n\n## Persona\nC.\n`;

/** A PATH with what mosaic itself needs, and no runtime, whatever this machine has. */
async function toolsOnly(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mf-tools-"));
  for (const tool of ["env", "ps", "sh", "sleep", "tmux"]) {
    const found = (process.env.PATH ?? "").split(":").find((path) => existsSync(join(path, tool))) ?? "";
    await symlink(join(found, tool), join(folder, tool));
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function override(world: FleetWorld, file: string, text: string): Promise<void> {
  await mkdir(`${world.home}/fleet/roles.local`, { recursive: true });
  await writeFile(`${world.home}/fleet/roles.local/${file}`, text);
}

test.for([
  ["software-delivery", 15],
  ["research", 8],
  ["marketing", 8],
  ["business", 10],
  ["personal-assistant", 5],
] as const)("from an empty home to %s, every one of its %i agents ready", async ([id, seats]) => {
  await using world = await fleetWorld();
  expect((await provision(world, id, "--full", "--write", ...CANARIES)).exitCode).toBe(0);
  const { outcomes } = json(await world.mosaic("fleet", "apply", "--json"));
  expect(outcomes.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect(outcomes.map(({ result }) => result)).toEqual(Array.from({ length: seats }, () => "ready"));
  const { actions } = json(await world.mosaic("fleet", "plan", "--json"));
  expect(new Set(actions.map(({ why }) => why))).toEqual(new Set(["it is available"]));
  expect(
    (await rows(world)).every(({ readiness, flags }) => readiness === "available" && flags.length === 0),
  ).toBe(true);
});

test("a dry run prints what would be written, the same each time, and writes nothing at all", async () => {
  await using world = await fleetWorld();
  const dry = await provision(world, "software-delivery", "--full");
  expect(dry).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("code1 ") });
  expect(existsSync(world.home)).toBe(false);
  expect((await provision(world, "software-delivery", "--full")).stdout).toBe(dry.stdout);
  const written = await provision(world, "software-delivery", "--full", "--write");
  expect(written).toMatchObject({ exitCode: 0, stdout: "" });
  expect(await rosterOf(world)).toBe(dry.stdout);
  const names = [...dry.stdout.matchAll(/^ {2}- name: (.*)$/gm)].map(([, name]) => name);
  expect(names).toHaveLength(15);
  expect(names).toEqual(expect.arrayContaining(["code0", "code1"]));
  // Claude agents: planned, not started.
  expect(json(await world.mosaic("fleet", "plan", "--json")).actions).toHaveLength(15);
});

test("seats whose runtime is not installed are named, left as they are, and hold up no other", async () => {
  await using tools = await toolsOnly();
  await using world = await fleetWorld({ env: { PATH: tools.folder } });
  const dry = await provision(world, "research", "--full");
  expect(dry.stderr).toContain("These seats cannot be launched on this host yet:\n");
  expect(dry.stderr).toContain(
    "claude is not on its PATH; get it with: npm install --global @anthropic-ai/claude-code",
  );
  expect((await provision(world, "research", "--full", ...CANARIES)).stderr).not.toContain("launched");
  expect((await world.mosaic("fleet", "init", "--profile", "coding")).stderr).toContain("cannot be launched");
  expect((await world.mosaic("fleet", "init", "--profile", "local-canary")).stderr).not.toContain("launched");

  await world.roster([{ name: "coder0", runtime: "claude" }, "lead"]);
  const plan = await world.mosaic("fleet", "plan", "--json");
  expect(json(plan).actions).toMatchObject([
    { kind: "conflict", agent: "coder0", why: expect.stringContaining("claude is not on its PATH") },
    { kind: "create", agent: "lead" },
  ]);
  const applied = await world.mosaic("fleet", "apply", "--json");
  expect(applied.exitCode).toBe(78);
  expect(json(applied).outcomes).toMatchObject([
    { agent: "coder0", result: "failed", error: { code: "RUNTIME_NOT_INSTALLED" } },
    { agent: "lead", result: "ready" },
  ]);
  expect(failure(await world.mosaic("fleet", "start", "coder0", "--json")).code).toBe(
    "RUNTIME_NOT_INSTALLED",
  );
  expect(await sessions(world)).toEqual(["_holder", "lead"]);

  // The operator's own command in the env file is a command.
  await appendFile(`${world.home}/fleet/agents/coder0.env`, 'MOSAIC_AGENT_COMMAND="sleep 600"\n');
  const again = await world.mosaic("fleet", "apply", "--json");
  expect(json(again).outcomes).toMatchObject([
    { agent: "coder0", result: "started" },
    { agent: "lead", action: "nothing" },
  ]);
  const explained = await world.mosaic("fleet", "explain", "coder0", "--json");
  const { facts } = JSON.parse(explained.stdout) as { facts: unknown }; // As documented.
  expect(facts).toContainEqual({
    fact: "launch command",
    value: expect.stringMatching(/mosaic exec sleep 600$/),
    source: "env file",
    age_ms: null,
  });
});

test("the summary is on stderr, and with --json one document says all of it", async () => {
  await using world = await fleetWorld();
  const { stdout, stderr } = await provision(
    world,
    "research",
    "--full",
    "--json",
    "--runtime",
    "researcher=pi:m",
  );
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    profile: "research",
    written: false,
    backup: null,
    roster: expect.stringContaining("- name: researcher0\n    runtime: pi\n"),
  });
  const { seats } = JSON.parse(stdout) as { seats: unknown[] }; // As asserted above.
  expect(seats[1]).toEqual({
    name: "researcher0",
    class: "researcher",
    runtime: "pi",
    model: "m",
    reports_to: "lead-researcher",
    layer: "baseline",
  });
});

test("a roster that stands there is refused, and with --force kept beside the new one", async () => {
  await using world = await fleetWorld();
  await provision(world, "research", "--write", ...CANARIES);
  const mine = `${await rosterOf(world)}# mine\n`;
  await writeFile(`${world.home}/fleet/roster.yaml`, mine);
  const refused = await provision(world, "marketing", "--write", "--json");
  expect(refused.exitCode).toBe(5);
  expect(failure(refused)).toMatchObject({ code: "ROSTER_EXISTS", hint: expect.stringContaining("--force") });
  expect(await rosterOf(world)).toBe(mine);
  for (const id of ["marketing", "business"]) {
    const before = await rosterOf(world);
    const forced = await provision(world, id, "--write", "--force", "--json");
    const { backup } = JSON.parse(forced.stdout) as { backup: string }; // As documented.
    expect(backup).toMatch(/\/fleet\/roster\.yaml\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/);
    expect(await readFile(backup, "utf8")).toBe(before);
  }
  expect(
    (await readdir(`${world.home}/fleet`)).filter((name) => name.startsWith("roster.yaml.")),
  ).toHaveLength(2);
  const again = await provision(world, "business", "--write", "--force", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ backup: null });
});

test.for<[string, readonly string[], number, string]>([
  ["an unknown system type", ["reserch"], 4, 'did you mean "research"?'],
  ["a rule for a class it does not have", ["research", "--runtime", "coda=pi"], 2, "no seat of that class"],
  ["a rule that is none", ["research", "--runtime", "researcher"], 2, 'there is no "="'],
  ["a runtime that nobody knows", ["research", "--runtime", "*=codec"], 2, 'did you mean "codex"?'],
])("%s is refused with what is near, and nothing is written", async ([, args, exitCode, message]) => {
  await using world = await fleetWorld();
  const refused = await provision(world, ...args, "--write");
  expect(refused).toMatchObject({ exitCode, stdout: "", stderr: expect.stringContaining(message) });
  expect(existsSync(world.home)).toBe(false);
});

test("a broken override of any class of the profile is named with file and line, and nothing is written", async () => {
  await using world = await fleetWorld();
  await override(world, "researcher.md", contract("resercher"));
  const refused = await provision(world, "research", "--write", "--json");
  expect(refused.exitCode).toBe(3);
  expect(failure(refused).message).toContain('roles.local/researcher.md:2: the class is "resercher"');
  expect(existsSync(`${world.home}/fleet/roster.yaml`)).toBe(false);
});

test("a class that exists only in the override layer provisions, launches and shows its layer", async () => {
  await using world = await fleetWorld();
  await override(world, "barista.md", contract("barista"));
  const made = await world.mosaic("fleet", "profile", "add", "cafe", "--from", "personal-assistant");
  const path = made.stdout.trim();
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("- class: researcher", "- class: barista"));
  const written = await provision(world, "cafe", "--full", "--write", ...CANARIES);
  expect(written.stderr).toMatch(/^barista +barista +canary +personal-assistant +override$/m);
  expect((await world.mosaic("fleet", "apply")).exitCode).toBe(0);
  expect((await world.mosaic("fleet", "persona", "show", "barista")).stdout).toMatch(
    /^barista {2}override {2}\//,
  );
  expect((await world.mosaic("fleet", "profile", "show", "cafe")).stdout).toContain("└─ barista");
  expect((await world.mosaic("fleet", "profile", "validate")).stdout).toContain("All 6 profiles are sound.");
});
