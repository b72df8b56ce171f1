import { chmod } from "node:fs/promises";
import type { FleetContext } from "./context.ts";
import { makeFolder, readIfPresent, writeAtomically } from "./files.ts";
import { seedIfNever } from "./update/seed.ts";

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The framework, the folders a fleet writes to, and `mosaic` as agents call it: this very program with its own node. */
export async function installHome(context: FleetContext): Promise<void> {
  const { home } = context;
  await seedIfNever(context);
  for (const folder of [home.agents, home.run, home.bin, home.agentTmux]) await makeFolder(folder);
  await writeAgentsMosaic(await agentsMosaic(context));
  for (const tool of AGENT_TOOLS) {
    const path = `${home.bin}/${tool}`;
    const content = `#!/bin/sh\nexec ${quoted(`${home.root}/tools/tmux/${tool}`)} "$@"\n`;
    await writeAgentsMosaic({ path, content, there: await readIfPresent(path) });
  }
}

/** What agents call by name. */
const AGENT_TOOLS = ["agent-send.sh"];

interface AgentsMosaic {
  readonly path: string;
  readonly content: string;
  /** What stands there. */
  readonly there: string | undefined;
}

/** The `mosaic` that agents call, as it should be. Read-only. */
export async function agentsMosaic({ home, program }: FleetContext): Promise<AgentsMosaic> {
  const path = `${home.bin}/mosaic`;
  const content = `#!/bin/sh\nexec ${program.map(quoted).join(" ")} "$@"\n`;
  return { path, content, there: await readIfPresent(path) };
}

export async function writeAgentsMosaic({ path, content, there }: AgentsMosaic): Promise<void> {
  if (there === content) return;
  await writeAtomically(path, content, 0o755);
  await chmod(path, 0o755);
}
