import { rm, writeFile } from "node:fs/promises";
import type { AgentName } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";

/** Notes that an operator stopped the agent, so that nobody takes it for one that was lost. Best effort: a full disk stops no stop. */
export async function noteStopped({ home }: FleetContext, agent: AgentName): Promise<void> {
  await writeFile(home.stopped(agent), "", { mode: 0o600 }).catch(() => undefined);
}

export async function forgetStopped({ home }: FleetContext, agent: AgentName): Promise<void> {
  await rm(home.stopped(agent), { force: true }).catch(() => undefined);
}
