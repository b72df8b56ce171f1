import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mosaicOver } from "@mosaic/fleet-commands/ssh";
import { createRun } from "@mosaic/fleet-process";
import { expect, test } from "vitest";

const run = createRun(process.env);

test("nothing is forwarded, whatever the user's configuration forwards to that host", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mf-ssh-"));
  try {
    const config = join(folder, "config");
    const forwards = ["ForwardAgent yes", "ForwardX11 yes", "LocalForward 1 a:1", "RemoteForward 2 b:2"];
    await writeFile(config, ["Host oak", ...forwards, ""].join("\n"));
    const [ssh, ...options] = mosaicOver("oak", ["--version"]);
    const { stdout } = await run([ssh, "-F", config, "-G", ...options]);
    const effective = stdout.split("\n");
    expect(effective).toEqual(expect.arrayContaining(["forwardagent no", "forwardx11 no", "batchmode yes"]));
    expect(effective.filter((line) => /^(?:local|remote|dynamic)forward /.test(line))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
