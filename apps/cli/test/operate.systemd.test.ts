import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { guideSteps } from "./guide-runner.ts";
import { systemdWorld } from "./systemd-world.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/guides/operate.md");

test(
  "the runbook takes an ordinary user from nothing to a fleet that survives a reboot",
  { timeout: 150_000 },
  async () => {
    await using world = await systemdWorld({ user: "mosaic-test" });
    await mkdir(`${world.files}/bin`);
    await writeFile(
      `${world.files}/bin/mosaic`,
      `#!/bin/sh\nexec ${world.node} ${world.programs}/mosaic.js "$@"\n`,
      {
        mode: 0o755,
      },
    );
    await world.asRoot(["chown", "-R", "mosaic-test:", `${world.userHome}/bin`]);
    const env = { PATH: `${world.userHome}/bin:/usr/bin:/bin` };
    const printed = new Map<string, string>();
    let rebooted = false;
    for (const { line, command, exitCode } of guideSteps(await readFile(GUIDE, "utf8"))) {
      if (command.startsWith("sudo reboot")) {
        await world.reboot();
        rebooted = true;
        continue;
      }
      const attempt = () => world.run(["bash", "-c", command], { env });
      // Nobody logs in as fast as this after a reboot.
      const result = rebooted
        ? await waitFor(async () => [await attempt()].find((one) => one.exitCode === exitCode), {
            what: `line ${String(line)} of the guide: ${command}`,
            deadlineMs: 30_000,
          })
        : await attempt();
      rebooted = false;
      printed.set(command, result.stdout);
      const outcome = {
        line,
        command,
        exitCode: result.exitCode,
        ...(result.exitCode === exitCode ? {} : result),
      };
      expect(outcome).toEqual({ line, command, exitCode });
    }
    const output = (start: string): string =>
      [...printed].flatMap(([command, text]) => (command.startsWith(start) ? [text] : [])).join("");
    expect(output("loginctl")).toBe("Linger=yes\n");
    expect(output("mosaic fleet status")).toMatch(/^Manager: systemd, /);
    expect(output("systemctl --user show --property=MemoryMax")).toBe(`MemoryMax=${String(4 * 1024 ** 3)}\n`);
  },
);
