import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createRun } from "@mosaic/fleet-process";
import { expect, test } from "vitest";
import { PROGRAM, fleetWorld, type FleetWorld } from "./fleet-world.ts";

/** What bash offers for the last of these words. */
async function offered(world: FleetWorld, words: readonly string[]): Promise<string[]> {
  const bin = `${world.server.tmpdir}/bin`;
  await mkdir(bin, { recursive: true });
  await writeFile(`${bin}/mosaic`, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  await chmod(`${bin}/mosaic`, 0o755);
  const run = createRun({ ...world.env, PATH: `${bin}:${world.env.PATH ?? ""}` });
  const script = `
    source <(mosaic completion bash)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    $(complete -p mosaic | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = await run(["bash", "--norc", "-uc", script, "bash", ...words]);
  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  return result.stdout.split("\n").filter((word) => word !== "");
}

test.for([
  ["a command", ["mosaic", "fl"], ["fleet"]],
  ["a verb", ["mosaic", "fleet", "pla"], ["plan"]],
  ["an agent of the roster", ["mosaic", "agent", "send", "co"], ["coder0", "coder1"]],
  ["an agent behind an option", ["mosaic", "fleet", "stop", "--json", "le"], ["lead"]],
  ["another agent", ["mosaic", "fleet", "stop", "lead", "coder1"], ["coder1"]],
  ["an option", ["mosaic", "agent", "tail", "lead", "--fo"], ["--follow"]],
  ["an agent whose contract is asked for", ["mosaic", "compose-contract", "pi", "--agent", "le"], ["lead"]],
  ["an agent as a role", ["mosaic", "fleet", "comms-block", "le"], ["lead"]],
  ["a shell", ["mosaic", "completion", "z"], ["zsh"]],
  ["a persona", ["mosaic", "fleet", "persona", "show", "orch"], ["orchestrator"]],
  ["a persona to copy", ["mosaic", "fleet", "persona", "add", "x", "--from", "enh"], ["enhancer"]],
  ["no persona for a new one", ["mosaic", "fleet", "persona", "add", "enh"], []],
  ["a system type", ["mosaic", "fleet", "profile", "show", "soft"], ["software-delivery"]],
  ["a choice", ["mosaic", "fleet", "backlog", "list", "--status", "cl"], ["claimed"]],
  ["a system type to provision", ["mosaic", "fleet", "provision", "soft"], ["software-delivery"]],
  ["a preset", ["mosaic", "fleet", "init", "--profile", "loc"], ["local-canary"]],
  ["a runtime for a seat", ["mosaic", "fleet", "add", "x", "--runtime", "op"], ["opencode"]],
  ["a runtime to run", ["mosaic", "yolo", "ca"], ["canary"]],
  ["nothing that there is not", ["mosaic", "fleet", "xyz"], []],
] as const)("bash completes %s", async ([, words, expected]) => {
  await using world = await fleetWorld();
  await world.roster(["coder0", "coder1", "lead"]);
  expect(await offered(world, words)).toEqual(expected);
});

test("without a roster bash offers no agents and says nothing", async () => {
  await using world = await fleetWorld();
  expect(await offered(world, ["mosaic", "agent", "send", "co"])).toEqual([]);
});

test("the scripts are in the language of their shells", async () => {
  await using world = await fleetWorld();
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout, exitCode } = await world.mosaic("completion", shell);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("fleet");
    // zsh and fish are nowhere needed; where they are, they judge their own.
    const installed = await world.run(["sh", "-c", `command -v ${shell}`]);
    if (installed.exitCode !== 0) continue;
    expect(await world.run([shell, "-n"], { stdin: stdout })).toMatchObject({ exitCode: 0, stderr: "" });
  }
});
