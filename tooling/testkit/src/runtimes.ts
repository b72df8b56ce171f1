import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createRun } from "@mosaic/fleet-process";

/** The versions whose screens and events the adapters were written for. */
export const PINNED = {
  claude: { package: "@anthropic-ai/claude-code", version: "2.1.330" },
  codex: { package: "@openai/codex", version: "0.169.0" },
  pi: { package: "@earendil-works/pi-coding-agent", version: "0.87.1" },
  opencode: { package: "opencode-ai", version: "1.18.33" },
} as const;
export type PinnedRuntime = keyof typeof PINNED;

const INSTALL_TIMEOUT_MS = 600_000;

const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "mosaic-fleet", "runtimes");

/** The folder with the pinned program of a runtime. It is there once {@link installRuntimes} has returned. */
export const runtimeFolder = (runtime: PinnedRuntime): string =>
  join(cacheFolder(), `${runtime}-${PINNED[runtime].version}`, "node_modules", ".bin");

/**
 * Installs the pinned runtimes that are not in the cache yet, outside of any workspace: together they have more than
 * a gigabyte. Two calls at a time do not disturb each other.
 *
 * @returns The names of those that were installed now.
 */
export async function installRuntimes(): Promise<readonly PinnedRuntime[]> {
  const wanted = Object.keys(PINNED) as PinnedRuntime[]; // The keys of the object above.
  const missing = wanted.filter((runtime) => !existsSync(join(runtimeFolder(runtime), runtime)));
  await Promise.all(missing.map(install));
  return missing;
}

async function install(runtime: PinnedRuntime): Promise<void> {
  const { package: name, version } = PINNED[runtime];
  const target = join(cacheFolder(), `${runtime}-${version}`);
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), `${runtime}-`));
  try {
    const npm = [
      "npm",
      "install",
      "--prefix",
      folder,
      "--no-audit",
      "--no-fund",
      `${name}@${version}`,
    ] as const;
    const { exitCode, stderr } = await createRun(process.env)(npm, { timeoutMs: INSTALL_TIMEOUT_MS });
    if (exitCode !== 0) throw new Error(`npm cannot install ${name}@${version}:\n${stderr.trim()}`);
    await rename(folder, target).catch((error: unknown) => {
      // Somebody else was faster.
      if (!existsSync(join(runtimeFolder(runtime), runtime))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
