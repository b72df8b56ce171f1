import { readdir, stat } from "node:fs/promises";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fileOf, fleetWorld } from "./fleet-world.ts";

const OTHERS = 0o077;

test("no other user can read or enter anything of a running fleet", async () => {
  await using world = await fleetWorld();
  await world.roster(["coder0"]);
  await world.mosaic("fleet", "apply");
  await world.mosaicWith({ stdin: "x".repeat(5_000) }, "agent", "send", "coder0", "-", "--id", "long");
  await fileOf(`${world.home}/fleet/run/log/coder0.log`);
  const { stdout } = await world.tmux("display-message", "-p", "#{socket_path}");
  const socket = stdout.trim();
  expect((await stat(socket.slice(0, socket.lastIndexOf("/")))).mode & OTHERS).toBe(0);
  const run = `${world.home}/fleet/run`;
  expect((await stat(run)).mode & OTHERS).toBe(0);
  const files = async (): Promise<readonly string[]> =>
    (await readdir(run, { withFileTypes: true, recursive: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`);
  const named = ["coder0.hb", "coder0.events", "coder0.typed", "inbox/coder0/long.md", "log/coder0.log"];
  await waitFor(
    async () => {
      const there = await files();
      return named.every((name) => there.includes(`${run}/${name}`));
    },
    { what: "every kind of file" },
  );
  for (const name of named) expect((await stat(`${run}/${name}`)).mode & OTHERS, name).toBe(0);
  expect((await stat(`${world.home}/fleet/agents/coder0.env`)).mode & OTHERS).toBe(0);
});
