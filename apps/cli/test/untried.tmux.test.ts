import { mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fleetWorld } from "./fleet-world.ts";

/** Two seats of one claude that says it is of this version, and ends when it is to be more than that. */
async function applied(version: string): Promise<{ readonly results: unknown; readonly remarks: unknown }> {
  await using world = await fleetWorld();
  const folder = `${world.server.tmpdir}/programs`;
  await mkdir(folder);
  await writeFile(`${folder}/claude`, `#!/bin/sh\n[ "$1" = --version ] && echo '${version}' || exit 3\n`, {
    mode: 0o755,
  });
  await world.roster(["coder0", "coder1"].map((name) => ({ name, runtime: "claude" })));
  await mkdir(`${world.home}/fleet/agents`, { recursive: true });
  for (const name of ["coder0", "coder1"]) {
    const lines = `PATH=${folder}:${process.env.PATH ?? ""}\nANTHROPIC_API_KEY=key\n`;
    await writeFile(`${world.home}/fleet/agents/${name}.env`, lines, { mode: 0o600 });
  }
  const { stdout } = await world.mosaic("fleet", "apply", "--json");
  const { outcomes, remarks } = JSON.parse(stdout) as {
    readonly outcomes: readonly { readonly result: string }[];
    readonly remarks: readonly string[];
  }; // Its documented shape.
  return { results: outcomes.map(({ result }) => result), remarks };
}

test.for([
  ["0.2.9 (Claude Code)", "0.2.9, older than"],
  ["99.0.0 (Claude Code)", "99.0.0, newer than"],
] as const)(
  "a start with a runtime that says %s is told which it is, once for all seats",
  async ([says, said]) => {
    expect(await applied(says)).toEqual({
      results: ["failed", "failed"],
      remarks: [expect.stringContaining(`/programs/claude, which starts coder0, coder1, is ${said}`)],
    });
  },
);

test("a runtime that does not say its version is no obstacle", async () => {
  expect((await applied("no numbers here")).remarks).toEqual([]);
});
