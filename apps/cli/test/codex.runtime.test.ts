import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CODEX } from "./runtime-codex.ts";
import { conformance } from "./runtime-conformance.ts";
import { AGENT, runtimeWorld } from "./runtime-world.ts";

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

test("a codex that nobody is logged in to is not ready, and the failure has what it asks", async () => {
  const files = (): Readonly<Record<string, string>> => ({ ".codex/config.toml": 'model = "gpt-5"\n' });
  await expect(runtimeWorld({ ...CODEX, env: () => ({}), files })).rejects.toThrow(
    /coder0: it asks something before it begins: .*1\. Sign in with ChatGPT/,
  );
});

/** A folder with a program of that name, which hands over to the real one. */
async function inPlaceOfCodex(script: string): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mf-codex-"));
  const real = `exec "${CODEX.folder ?? ""}/codex" "$@"`;
  await writeFile(join(folder, "codex"), `#!/bin/sh\n${script.replace("REAL", real)}\n`, { mode: 0o755 });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("a codex that offers an update although it was told not to is not ready, and the failure has its question", async () => {
  await using program = await inPlaceOfCodex("REAL -c check_for_update_on_startup=true");
  await expect(runtimeWorld({ ...NEWER, folder: program.folder })).rejects.toThrow(
    /coder0: it asks something before it begins: Update available .* 99\.0\.0 .*1\. Update now/,
  );
});

test("a codex that is older than the one mosaic was tried with starts, and that is said", async () => {
  await using program = await inPlaceOfCodex('[ "$1" = --version ] && echo codex-cli 0.1.0 || REAL');
  await using one = await runtimeWorld({ ...CODEX, folder: program.folder });
  const { stdout } = await one.world.mosaic("fleet", "restart", AGENT, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    outcomes: [{ result: "ready" }],
    remarks: [expect.stringContaining("/codex, which starts coder0, is 0.1.0, older than ")],
  });
});
