import { chmod } from "node:fs/promises";
import type { FleetContext } from "./context.ts";
import { makeFolder, readIfPresent, writeAtomically } from "./files.ts";

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The folders a fleet writes to, and `mosaic` as agents call it: this very program with its own node. */
export async function installHome({ home, program }: FleetContext): Promise<void> {
  for (const folder of [home.agents, home.run, home.bin, home.agentTmux]) await makeFolder(folder);
  const path = `${home.bin}/mosaic`;
  const content = `#!/bin/sh\nexec ${program.map(quoted).join(" ")} "$@"\n`;
  if ((await readIfPresent(path)) === content) return;
  await writeAtomically(path, content, 0o755);
  await chmod(path, 0o755);
}
