import { readdir, rm, stat } from "node:fs/promises";
import type { AgentName } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { makeFolder, writeAtomically } from "../files.ts";

/** How many long messages are kept for one agent. */
const INBOX_FILES = 200;

/** Where the text of a long message lies that is named in one line. */
export const inboxFile = ({ home }: FleetContext, name: AgentName, id: string): string =>
  `${home.inbox(name)}/${id}.md`;

/** Writes a long text to the agent's inbox folder, in which the oldest make room. @returns the line that names it. */
export async function toInbox(
  context: FleetContext,
  name: AgentName,
  id: string,
  text: string,
): Promise<string> {
  const path = inboxFile(context, name, id);
  await makeFolder(context.home.inbox(name));
  await writeAtomically(path, `${text}\n`, 0o600);
  await makeRoom(context.home.inbox(name));
  return `A message of ${String(text.length)} characters is in the file ${path} : read it and act on it.`;
}

async function makeRoom(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md"));
  if (names.length <= INBOX_FILES) return;
  const files = names.map(async (name) => {
    const path = `${folder}/${name}`;
    return { path, written: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
  });
  const oldest = (await Promise.all(files)).sort((a, b) => a.written - b.written);
  for (const { path } of oldest.slice(0, names.length - INBOX_FILES)) await rm(path, { force: true });
}
