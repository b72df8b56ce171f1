import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CODEX } from "./runtime-codex.ts";
import { conformance } from "./runtime-conformance.ts";
import { runtimeWorld } from "./runtime-world.ts";

const NEWER = {
  ...CODEX,
  files: (model: string): Readonly<Record<string, string>> => ({
    ...CODEX.files(model),
    ".codex/version.json": JSON.stringify({
      latest_version: "99.0.0",
      last_checked_at: new Date().toISOString(),
      dismissed_version: null,
    }),
  }),
};

// It knows of a newer version, and does not offer it.
conformance(NEWER);

test("a codex that offers an update although it was told not to is not ready, and the failure has its question", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mf-codex-"));
  const program = `exec "${CODEX.folder ?? ""}/codex" "$@" -c check_for_update_on_startup=true`;
  await writeFile(join(folder, "codex"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  try {
    await expect(runtimeWorld({ ...NEWER, folder })).rejects.toThrow(
      /coder0: it asks something before it begins: Update available .* 99\.0\.0 .*1\. Update now/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
