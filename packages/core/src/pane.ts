import { isFleetError, parseAgentName, type AgentName } from "@mosaic/fleet-model";
import { replaceProcess } from "@mosaic/fleet-process";
import type { FleetContext } from "./context.ts";
import { parseEnv } from "./env-file.ts";
import { CoreError } from "./error.ts";
import { makeFolder, readIfPresent } from "./files.ts";
import { loadRoster } from "./roster-file.ts";

const HEARTBEAT_INTERVAL_SECONDS = 5;

const agentOf = ({ caller }: FleetContext): AgentName | undefined =>
  caller === undefined ? undefined : parseAgentName(caller);

/**
 * The environment an agent's program starts with: the pane's own, the operator's lines of the env file over it, and
 * nothing of tmux, so that what the agent runs does not take the fleet's server for its own. `mosaic` comes first on
 * PATH, which tmux takes from whoever starts a session, whatever it was told to set.
 */
async function paneEnvironment(context: FleetContext, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { TMUX: _server, TMUX_PANE: _pane, ...rest } = env;
  const agent = agentOf(context);
  // tmux falls back to the operator's own folder, silently, where its own is missing.
  if (agent !== undefined) await makeFolder(context.home.agentTmux);
  const text = agent && (await readIfPresent(context.home.env(agent)));
  const own: NodeJS.ProcessEnv = { ...rest, ...parseEnv(text ?? "") };
  const path = (own.PATH ?? "").split(":").filter((folder) => folder !== context.home.bin);
  return { ...own, PATH: [context.home.bin, ...path].join(":") };
}

/**
 * Runs a runtime in this terminal, as `mosaic [yolo] <runtime>` does in a pane.
 *
 * @returns Its exit code.
 * @throws CoreError `RUNTIME_UNSUPPORTED`, `CANARY_NEEDS_TTY`.
 */
export async function runRuntime(
  context: FleetContext,
  runtime: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (runtime !== "canary") {
    throw new CoreError({
      code: "RUNTIME_UNSUPPORTED",
      message: `mosaic cannot launch the runtime ${JSON.stringify(runtime)} itself`,
      hint: `Give the command that starts it in the roster: runtimes.${runtime}.command. Built in is: canary.`,
    });
  }
  const agent = agentOf(context);
  const seconds = Number((await paneEnvironment(context, env)).MOSAIC_HEARTBEAT_INTERVAL);
  const { runCanary } = await import("./canary.ts");
  return runCanary({
    agent: agent ?? "canary",
    host: context.host,
    tenantId: await tenantOf(context),
    files: agent && { heartbeat: context.home.heartbeat(agent), events: context.home.events(agent) },
    intervalMs: 1000 * (seconds > 0 ? seconds : HEARTBEAT_INTERVAL_SECONDS),
    contract: await contractHashOf(context, agent),
    input: process.stdin,
    output: process.stdout,
    now: context.now,
    newId: context.newId,
    pid: process.pid,
  });
}

/** Of what the agent is launched with; null outside a fleet, where there is no seat to play. */
async function contractHashOf(context: FleetContext, agent: AgentName | undefined): Promise<string | null> {
  if (agent === undefined) return null;
  const roster = await loadRoster(context).catch((error: unknown) => {
    if (isFleetError(error) && error.code === "ROSTER_MISSING") return undefined;
    throw error;
  });
  const seat = roster?.agents.find(({ name }) => name === agent);
  if (!seat) return null;
  const { contractComposer } = await import("./contract.ts");
  return (await (await contractComposer(context, roster))(seat)).hash;
}

/** Outside a fleet there is no roster to name one. */
const tenantOf = (context: FleetContext): Promise<string> =>
  loadRoster(context).then(
    ({ tenant_id }) => tenant_id,
    () => context.user,
  );

/** Replaces this process by a command line of the operator's; that a shell reads it is the operator's wish. */
export async function replaceByCommandLine(
  context: FleetContext,
  commandLine: string,
  env: NodeJS.ProcessEnv,
): Promise<never> {
  return replaceProcess(["/bin/sh", "-c", commandLine], await paneEnvironment(context, env));
}
