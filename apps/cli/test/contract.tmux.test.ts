import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { failure, fleetWorld, json, pids, rows, type FleetWorld } from "./fleet-world.ts";

const personaOf = (world: FleetWorld, name: string): string => `${world.home}/fleet/roles.local/${name}.md`;

const composed = async (world: FleetWorld, agent: string): Promise<{ hash: string; text: string }> =>
  // As the command documents it.
  JSON.parse((await world.mosaic("compose-contract", "canary", "--agent", agent, "--json")).stdout) as {
    hash: string;
    text: string;
  };
const reported = async (world: FleetWorld, agent: string): Promise<unknown> =>
  (JSON.parse(await readFile(`${world.home}/fleet/run/${agent}.hb`, "utf8")) as { contract: unknown })
    .contract; // One key of it.
const whyOf = async (world: FleetWorld, agent: string): Promise<string | undefined> =>
  json(await world.mosaic("fleet", "plan", "--json")).actions.find((one) => one.agent === agent)?.why;
const flagsOf = async (world: FleetWorld): Promise<Readonly<Record<string, readonly string[]>>> =>
  Object.fromEntries((await rows(world)).map(({ name, flags }) => [name, flags]));

const seat = (name: string, role: string): { name: string; class: string } => ({ name, class: role });

test("an agent reports the hash of the contract composed for it, of persona, layers and peers", async () => {
  await using world = await fleetWorld();
  await mkdir(world.home, { recursive: true });
  await writeFile(`${world.home}/USER.md`, "The user is called Ada.\n");
  await writeFile(`${world.home}/USER.local.md`, "She likes short answers.\n");
  await mkdir(`${world.home}/runtimes`);
  await writeFile(`${world.home}/runtimes/canary.md`, "You have no model.\n");
  await writeFile(`${world.home}/runtimes/claude.md`, "You have subagents.\n");
  await world.roster([seat("lead", "orchestrator"), seat("code0", "code"), seat("odd", "worker")]);
  await world.mosaic("fleet", "apply");
  const { text, hash } = await composed(world, "code0");
  expect(await reported(world, "code0")).toBe(hash);
  expect(await reported(world, "odd")).toBe((await composed(world, "odd")).hash);
  for (const part of [
    "called Ada",
    "You have no model",
    "short answers",
    "# Code\n",
    'agent-send.sh -s lead -m "..."',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain("standing: task");
  expect(text).not.toContain("subagents");
  expect((await world.mosaic("compose-contract", "claude")).stdout).toContain("You have subagents.");
  await writeFile(`${world.home}/runtimes/canary.md`, "You still have no model.\n");
  expect((await flagsOf(world)).code0).toEqual(["CONTRACT"]);
  expect((await composed(world, "odd")).text).not.toContain("## Mandate");
});

test("an edited persona wins, agents that run with the old one are named, and deleting it restores the baseline", async () => {
  await using world = await fleetWorld({ env: { EDITOR: "sed -i s/finisher/starter/" } });
  await world.roster([seat("code0", "code"), seat("lead", "orchestrator")]);
  await world.mosaic("fleet", "apply");
  const baseline = (await composed(world, "code0")).hash;
  const edited = await world.mosaic("fleet", "persona", "edit", "code");
  expect(edited).toMatchObject({ exitCode: 0, stdout: `${personaOf(world, "code")}\n` });
  expect((await composed(world, "code0")).text).toContain("You are a starter with");
  expect(await whyOf(world, "code0")).toContain("its contract is outdated: mosaic fleet restart code0");
  expect(await flagsOf(world)).toEqual({ code0: ["CONTRACT"], lead: [] });
  expect(await whyOf(world, "lead")).toBe("it is available");
  expect((await world.mosaic("fleet", "explain", "code0")).stdout).toMatch(/contract is current .*outdated/);
  const diff = await world.mosaic("fleet", "persona", "diff", "code");
  expect(diff.stdout).toMatch(/^-You are a finisher .*\n\+You are a starter /m);
  // Outdated is a remark, not a reason to restart.
  const before = await pids(world);
  await world.mosaic("fleet", "apply");
  expect(await pids(world)).toEqual(before);
  await world.mosaic("fleet", "restart", "code0");
  expect(await flagsOf(world)).toEqual({ code0: [], lead: [] });
  expect(await whyOf(world, "code0")).toBe("it is available");
  expect(await reported(world, "code0")).not.toBe(baseline);
  await rm(personaOf(world, "code"));
  expect((await composed(world, "code0")).hash).toBe(baseline);
});

test("an agent is not restarted into a persona that is broken: it goes on, and the error names file and line", async () => {
  await using world = await fleetWorld();
  await world.roster([seat("code0", "code"), seat("lead", "orchestrator")]);
  await world.mosaic("fleet", "apply");
  const before = await pids(world);
  await mkdir(`${world.home}/fleet/roles.local`);
  await writeFile(personaOf(world, "code"), "# Code\n");
  const restarted = await world.mosaic("fleet", "restart", "--json");
  expect(restarted.exitCode).toBe(3);
  expect(json(restarted).outcomes.map(({ agent, result, error }) => [agent, result, error?.code])).toEqual([
    ["code0", "failed", "PERSONA_INVALID"],
    ["lead", "ready", undefined],
  ]);
  expect(json(restarted).outcomes[0]?.error?.message).toContain("roles.local/code.md:1: ");
  const after = await pids(world);
  expect(after.code0).toBe(before.code0);
  expect(after.lead).not.toBe(before.lead);
  const validated = await world.mosaic("fleet", "persona", "validate");
  expect(validated).toMatchObject({
    exitCode: 3,
    stdout: expect.stringContaining("1 of 53 personas broken."),
  });
});

test("without a terminal and an editor nothing is copied, and the path to edit is named", async () => {
  await using world = await fleetWorld({ env: { EDITOR: "", VISUAL: "" } });
  const edit = await world.mosaic("fleet", "persona", "edit", "code");
  expect(edit).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(personaOf(world, "code")) });
  expect(existsSync(personaOf(world, "code"))).toBe(false);
  expect((await world.mosaic("fleet", "persona", "edit", "coda")).exitCode).toBe(4);
});

test("a new persona is valid as it is written, and nobody's is written over", async () => {
  await using world = await fleetWorld();
  expect((await world.mosaic("fleet", "persona", "add", "gardener")).exitCode).toBe(0);
  expect((await world.mosaic("fleet", "persona", "add", "tester", "--from", "site-tester")).exitCode).toBe(0);
  expect((await world.mosaic("fleet", "persona", "validate")).stdout).toBe("All 55 personas are sound.\n");
  for (const name of ["gardener", "code"])
    expect((await world.mosaic("fleet", "persona", "add", name)).exitCode).toBe(5);
  expect((await world.mosaic("fleet", "persona", "add", "../code")).exitCode).toBe(2);
  const listed = await world.mosaic("fleet", "persona", "list", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({
    version: 1,
    personas: expect.arrayContaining([expect.objectContaining({ class: "tester", layer: "override" })]),
  });
});

test("an unknown role and a missing roster give no block, one sentence on stderr and exit code 1", async () => {
  await using world = await fleetWorld();
  const missing = await world.mosaic("fleet", "comms-block", "code0");
  expect(missing).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("no roster") });
  await world.roster([seat("lead", "orchestrator"), seat("code0", "code"), seat("code1", "code")]);
  const unknown = await world.mosaic("fleet", "comms-block", "coder", "--json");
  expect(unknown).toMatchObject({ exitCode: 1, stdout: "" });
  expect(failure(unknown)).toMatchObject({
    code: "COMMS_UNAVAILABLE",
    hint: expect.stringContaining("code1"),
  });
  const both = await world.mosaic("fleet", "comms-block", "code", "--host", "far");
  expect(both.stdout).toContain("You are `[far:code0]` or `[far:code1]`");
});

test("a contract in which nothing stands is said to be empty", async () => {
  await using world = await fleetWorld();
  await world.roster(["code0"]);
  expect(await world.mosaic("compose-contract", "canary")).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: "It is empty: no layer of it is written in this home, and no agent is named.\n",
  });
});

test("in the pane of an agent its class means that agent", async () => {
  await using world = await fleetWorld({ env: { MOSAIC_AGENT_NAME: "code1" } });
  await world.roster([seat("code0", "code"), seat("code1", "code")]);
  const block = await world.mosaic("fleet", "comms-block", "code");
  expect(block.stdout).toMatch(/^You are `\[\S+:code1\]`\.$/m);
  const own = await world.mosaic("compose-contract", "canary", "--json");
  expect(JSON.parse(own.stdout)).toMatchObject({
    agent: "code1",
    persona: { class: "code", layer: "baseline" },
  });
});

test("an unreadable layer is an error with the mend, not an empty library", async () => {
  await using world = await fleetWorld();
  await mkdir(`${world.home}/fleet`, { recursive: true });
  await writeFile(`${world.home}/fleet/roles.local`, "a file");
  const listed = await world.mosaic("fleet", "persona", "list", "--json");
  expect(listed).toMatchObject({ exitCode: 1, stdout: "" });
  expect(failure(listed)).toMatchObject({
    code: "LIBRARY_UNREADABLE",
    hint: expect.stringContaining("no folder"),
  });
});
