import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fileOf, fleetWorld, json } from "./fleet-world.ts";

test("a pane has no database URL, and the agent in it works on the server that the credentials file names", async () => {
  await using world = await fleetWorld({ env: { DATABASE_URL: "postgres://ada:sesame@127.0.0.1:1/mine" } });
  const asked = `${world.home}/asked`;
  const command = `env > ${asked}.env; mosaic store status --json > ${asked}.tmp; mv ${asked}.tmp ${asked}; exec sleep 600`;
  await world.roster([{ name: "a", command }]);
  const url = "postgres://fleet:grain@127.0.0.1:1/ours";
  await writeFile(`${world.home}/credentials`, `DATABASE_URL=${url}\n`, { mode: 0o600 });
  await world.mosaic("fleet", "apply");
  expect(json({ stdout: await fileOf(asked) })).toMatchObject({
    address: "postgres://fleet:***@127.0.0.1:1/ours",
    named_by: "credentials",
  });
  expect(await readFile(`${asked}.env`, "utf8")).not.toMatch(/DATABASE_URL|sesame|grain/);
});
