import { mkdir, writeFile } from "node:fs/promises";
import { modelServer } from "@mosaic/fleet-testkit/model-server";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fleetWorld, json, rows } from "./fleet-world.ts";
import { PI } from "./runtime-pi.ts";
import { conformance } from "./runtime-conformance.ts";
import { AGENT, PANE, runtimeWorld } from "./runtime-world.ts";

conformance(PI);

const NOBODY = "nobody is logged in to its model";

test("a pi whose model has no key is not ready, and says that nobody is logged in", async () => {
  const seat = { class: "code", model_hint: "openai/gpt-5" };
  await expect(runtimeWorld({ ...PI, seat })).rejects.toThrow(NOBODY);
});

test("a pi without any model takes no message until a person has chosen one", async () => {
  await using model = await modelServer();
  await using world = await fleetWorld({ env: { PATH: `${PI.folder ?? ""}:${process.env.PATH ?? ""}` } });
  const user = world.server.tmpdir;
  for (const folder of ["work", ".pi/agent", "home/fleet/agents"])
    await mkdir(`${user}/${folder}`, { recursive: true });
  await writeFile(`${world.home}/fleet/agents/${AGENT}.env`, "PI_OFFLINE=1\n", { mode: 0o600 });
  await world.roster([{ name: AGENT, runtime: "pi" }], { defaults: { working_directory: "~/work" } });
  expect((await world.mosaic("fleet", "apply")).stderr).toContain(NOBODY);
  const sent = async (): Promise<unknown> =>
    json(await world.mosaic("agent", "send", AGENT, "--json", "--message", "hello"));
  expect(await sent()).toMatchObject({ verdict: "not-delivered", why: expect.stringContaining(NOBODY) });

  const file = ".pi/agent/models.json";
  await writeFile(`${user}/${file}`, PI.files(model.url)[file] ?? "");
  const typed = async (key: readonly string[], shown: string): Promise<void> => {
    await world.tmux("send-keys", "-t", PANE, ...key);
    await waitFor(async () => (await screen(world.server, PANE)).includes(shown), { what: shown });
  };
  await typed(["-l", "/model"], "/model");
  await typed(["Enter"], "some-model [loopback]");
  await typed(["Enter"], "Model: some-model");
  await waitFor(async () => (await rows(world))[0]?.readiness === "available", { what: "readiness" });
  expect(await sent()).toMatchObject({ verdict: "accepted" });
}, 60_000);
