import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { AgentName } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { readIfPresent } from "../files.ts";

/** The conversation that an agent's runtime recorded when it had a turn. */
export interface RecordedConversation {
  readonly runtime: string;
  /** The folder the runtime was started in: a runtime finds a conversation only from there. */
  readonly cwd: string;
  readonly session_id: string;
  /** The file that holds the conversation; empty where the runtime names none. */
  readonly transcript: string;
}

/** What a start of this runtime in this folder can go on with; undefined where there is nothing to go on with. */
export async function recordedConversation(
  { home }: FleetContext,
  agent: AgentName,
  runtime: string,
  cwd: string,
): Promise<RecordedConversation | undefined> {
  const found = parse((await readIfPresent(home.conversation(agent))) ?? "");
  if (found?.runtime !== runtime || found.cwd !== cwd) return undefined;
  return found.transcript === "" || existsSync(found.transcript) ? found : undefined;
}

/** Makes the agent's next start begin a new conversation. */
export async function forgetConversation({ home }: FleetContext, agent: AgentName): Promise<void> {
  await rm(home.conversation(agent), { force: true });
}

function parse(text: string): RecordedConversation | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { runtime, cwd, session_id, transcript }: Partial<Record<keyof RecordedConversation, unknown>> =
      value;
    if (typeof runtime !== "string" || typeof cwd !== "string") return undefined;
    if (typeof session_id !== "string" || typeof transcript !== "string") return undefined;
    return { runtime, cwd, session_id, transcript };
  } catch {
    // The runtime's report may hold a path that it wrote in a way we do not read: then there is nothing to go on with.
    return undefined;
  }
}
