import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROGRAM } from "./fleet-world.ts";
import { runGuide } from "./guide-runner.ts";
import { guardedServer } from "./guarded-server.ts";

test("every command of the backlog's guide does what the guide says", { timeout: 300_000 }, async () => {
  await using server = await guardedServer();
  const root = await mkdtemp(join(tmpdir(), "mf-guide-"));
  const bin = `${root}/bin`;
  await mkdir(bin);
  await writeFile(`${bin}/mosaic`, `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`, { mode: 0o755 });
  const PATH = `${bin}:${process.env.PATH ?? ""}`;
  const env = {
    PATH,
    HOME: root,
    PGHOST: server.folder,
    PGUSER: server.user,
    MOSAIC_STORE_IDLE_SECONDS: "20",
  };
  try {
    const steps = await runGuide("docs/guides/backlog.md", {
      env,
      cwd: root,
      replace: { "db.example.org/fleet": `localhost/fleet?host=${server.folder}` },
    });
    expect(steps.length).toBeGreaterThan(30);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
});
