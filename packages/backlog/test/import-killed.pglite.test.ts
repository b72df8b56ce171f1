import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbeddedBacklog } from "../src/open.ts";
import { identity } from "./identity.ts";
import { startProgram } from "./program.ts";

// More than a segment of the log has: the first of them reaches the disk long before the commit.
const COUNT = 2_000;

test(
  "an import that is killed in the middle has taken nothing, and takes everything when it is repeated",
  { timeout: 180_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "mf-import-"));
    try {
      const dataDir = join(folder, "store");
      await (await openEmbeddedBacklog({ dataDir, ...identity }))[Symbol.asyncDispose]();
      const victim = startProgram(new URL("./import-victim.ts", import.meta.url), [
        "embedded",
        dataDir,
        String(COUNT),
      ]);
      expect(await victim.end).toEqual({ exitCode: null, signal: "SIGKILL", stdout: "" });

      await using backlog = await openEmbeddedBacklog({ dataDir, ...identity });
      expect(await backlog.stats()).toMatchObject({ cards: 0 });
      const lines = Array.from({ length: COUNT }, (_, n) => ({ id: `c${String(n)}`, title: "t" }));
      expect(await backlog.import(lines)).toMatchObject({ cards: COUNT, existing: 0 });
      expect((await backlog.doctor()).findings).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
