import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OPENCODE } from "./runtime-opencode.ts";
import { conformance } from "./runtime-conformance.ts";
import { runtimeWorld } from "./runtime-world.ts";

conformance(OPENCODE);

test("an opencode that offers an update although it was told not to is stuck, and nothing is typed", async () => {
  const drawn = Promise.withResolvers<undefined>();
  // What it asks for the newest version; it hears no answer before it has a screen.
  const registry = createServer((_, response) => {
    void drawn.promise.then(() => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ version: "99.0.0" }));
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const { port } = registry.address() as AddressInfo; // It listens on a port.
  const folder = await mkdtemp(join(tmpdir(), "mf-opencode-"));
  const program = (name: string, script: string): Promise<void> =>
    writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const real = `${OPENCODE.folder ?? ""}/opencode`;
  const asked = `npm_config_registry=http://127.0.0.1:${String(port)}`;
  await program("opencode", `unset OPENCODE_DISABLE_AUTOUPDATE; exec env ${asked} "${real}" "$@"`);
  // By npm it learns that it was installed by npm.
  await program("npm", "echo opencode-ai");
  try {
    await using one = await runtimeWorld({ ...OPENCODE, folder });
    drawn.resolve(undefined);
    await one.until("stuck");
    const refused = await one.send("--message", "not into a question", "--timeout", "2");
    expect(refused).toMatchObject({ verdict: "not-delivered", why: "it is blocked: Update Available" });
    expect(await one.screen()).not.toContain("not into");
    await one.key("Escape");
    await one.until("available");
    expect(await one.send("--message", "and now")).toMatchObject({ verdict: "accepted" });
  } finally {
    registry.closeAllConnections();
    registry.close();
    await rm(folder, { recursive: true });
  }
}, 60_000);
