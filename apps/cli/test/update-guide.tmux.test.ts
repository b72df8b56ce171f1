import { expect, test } from "vitest";
import { runGuide } from "./guide-runner.ts";
import { updateWorld } from "./update-world.ts";

test("every command of docs/guides/update.md does what the guide says", async () => {
  await using world = await updateWorld();
  await world.publish("0.1.0");
  await world.publish("0.2.0");
  try {
    const steps = await runGuide("docs/guides/update.md", {
      env: { ...world.env, LC_ALL: "C.UTF-8" },
      cwd: world.root,
      replace: { "install --global @mosaic/cli\n": "install --global @mosaic/cli@0.1.0\n" },
    });
    expect(steps.length).toBeGreaterThan(9);
  } finally {
    await world.mosaic("fleet", "down");
  }
}, 120_000);
