import { mkdir, writeFile } from "node:fs/promises";
import { modelServer } from "@mosaic/fleet-testkit/model-server";
import { runtimeFolder } from "@mosaic/fleet-testkit/runtimes";
import { expect, test } from "vitest";
import { fleetWorld, PROGRAM } from "./fleet-world.ts";
import { runGuide } from "./guide-runner.ts";

test("every command of docs/guides/launch.md does what the guide says, and the two agents talk", async () => {
  await using model = await modelServer();
  const path = [runtimeFolder("claude"), runtimeFolder("codex"), process.env.PATH ?? ""];
  await using world = await fleetWorld({ env: { PATH: path.join(":") } });
  const user = world.server.tmpdir;
  for (const folder of ["bin", "work", ".codex", "home/fleet/agents"])
    await mkdir(`${user}/${folder}`, { recursive: true });
  await writeFile(`${user}/bin/mosaic`, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`, {
    mode: 0o755,
  });
  await writeFile(
    `${user}/.codex/config.toml`,
    `model_provider = "loopback"
[features]
apps = false
plugins = false
[model_providers.loopback]
name = "loopback"
base_url = "${model.url}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
`,
  );
  const proxy = `HTTPS_PROXY=${model.url}\nHTTP_PROXY=${model.url}\nNO_PROXY=127.0.0.1,localhost\n`;
  const claude = `ANTHROPIC_BASE_URL=${model.url}\nANTHROPIC_AUTH_TOKEN=none\n`;
  await writeFile(`${world.home}/fleet/agents/lead.env`, proxy + claude, { mode: 0o600 });
  await writeFile(`${world.home}/fleet/agents/code0.env`, `${proxy}LOOPBACK_KEY=none\n`, { mode: 0o600 });
  const asks = { command: "mosaic agent send code0 --message hello", description: "Asks" };
  const steps = await runGuide("docs/guides/launch.md", {
    env: { ...world.env, PATH: [`${user}/bin`, ...path].join(":") },
    cwd: user,
    replace: {
      "Ask code0 what it works on.": `<<tool Bash ${JSON.stringify(asks)}>>`,
      // A reader looks when they like; here the answer comes first.
      "\nmosaic agent tail code0\n":
        "\nuntil mosaic agent tail code0 -n 100 | grep '] hello'; do sleep 0.2; done\n",
    },
  });
  expect(steps.length).toBeGreaterThan(12);
  const said = model.requests.map(({ user: texts }) => texts.at(-1) ?? "");
  expect(said.some((text) => /^\[\S+:lead -> \S+:code0 #\w+\] hello$/m.test(text))).toBe(true);
}, 90_000);
