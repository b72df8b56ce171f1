import { serializeHeartbeat, type AgentName, type Heartbeat } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { writeAtomically } from "../files.ts";

/** What stays the same in all reports of one start. */
export interface ReportFacts {
  readonly agent: AgentName;
  readonly tenantId: string;
  readonly runtime: string;
  readonly pid: number;
  readonly cwd: string;
  readonly intervalMs: number;
  readonly contract: string | null;
  /** The conversation's id, where it is known before it begins. */
  readonly sessionId: string | null;
}

/** The inside of a JSON object: what stands between its braces. */
const inside = (fields: Readonly<Record<string, unknown>>): string => JSON.stringify(fields).slice(1, -1);

/** The variables by which `report.sh` knows what it writes and where. */
export function reportVariables({ home, host }: FleetContext, facts: ReportFacts): Record<string, string> {
  const { agent, tenantId, runtime, pid, cwd, intervalMs, contract } = facts;
  return {
    MOSAIC_REPORT: inside({
      version: 1,
      agent,
      tenant_id: tenantId,
      host,
      pid,
      runtime,
      interval: intervalMs,
      contract,
      card: null,
    }),
    MOSAIC_REPORT_CONVERSATION: inside({ version: 1, runtime, cwd }),
    MOSAIC_REPORT_PID: String(pid),
    MOSAIC_REPORT_HEARTBEAT: home.heartbeat(agent),
    MOSAIC_REPORT_EVENTS: home.events(agent),
    MOSAIC_REPORT_RECORD: home.conversation(agent),
  };
}

/** Says that the agent is starting: the runtime itself reports from its first event on. */
export async function reportStarting(context: FleetContext, facts: ReportFacts): Promise<void> {
  const now = context.now();
  const heartbeat: Heartbeat = {
    version: 1,
    agent: facts.agent,
    tenant_id: facts.tenantId,
    host: context.host,
    pid: facts.pid,
    runtime: facts.runtime,
    session_id: facts.sessionId,
    state: "starting",
    reason: null,
    since: now,
    ts: now,
    interval: facts.intervalMs,
    contract: facts.contract,
    card: null,
  };
  await writeAtomically(context.home.heartbeat(facts.agent), serializeHeartbeat(heartbeat), 0o600);
}
