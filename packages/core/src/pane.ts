import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import { isFleetError, parseAgentName, type AgentName } from "@mosaic/fleet-model";
import { replaceProcess } from "@mosaic/fleet-process";
import type { FleetContext } from "./context.ts";
import type { SeatContract } from "./contract.ts";
import { wakeCourier } from "./talk/courier-start.ts";
import { launchedBy } from "./launch/declared.ts";
import { parseEnv } from "./launch/env-file.ts";
import { CoreError } from "./error.ts";
import { makeFolder, readIfPresent } from "./files.ts";
import { inheritedEnvironment } from "./launch/pane-environment.ts";
import { loadRoster } from "./roster-file.ts";

const agentOf = ({ caller }: FleetContext): AgentName | undefined =>
  caller === undefined ? undefined : parseAgentName(caller);

/**
 * The environment an agent's program starts with: what it inherits of the pane's, the operator's lines of the env file over
 * it, and nothing of tmux, so that what the agent runs does not take the fleet's server for its own. `mosaic` comes first on
 * PATH, which tmux takes from whoever starts a session, whatever it was told to set.
 */
async function paneEnvironment(context: FleetContext, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { TMUX: _server, TMUX_PANE: _pane, ...rest } = env;
  const agent = agentOf(context);
  // tmux falls back to the operator's own folder, silently, where its own is missing.
  if (agent !== undefined) {
    await makeFolder(context.home.agentTmux);
    await wakeCourier(context);
  }
  const text = agent && (await readIfPresent(context.home.env(agent)));
  const inherited =
    agent === undefined ? rest : inheritedEnvironment(rest, await passedThrough(context, agent));
  const own: NodeJS.ProcessEnv = { ...inherited, ...parseEnv(text ?? "") };
  const path = (own.PATH ?? "").split(":").filter((folder) => folder !== context.home.bin);
  return { ...own, PATH: [context.home.bin, ...path].join(":") };
}

/** The names of the variables that the roster passes through for the agent's runtime; none without a roster. */
async function passedThrough(context: FleetContext, agent: AgentName): Promise<readonly string[]> {
  const roster = await loadRoster(context).catch(() => undefined);
  const seat = roster?.agents.find(({ name }) => name === agent);
  return (seat && roster?.runtimes[seat.runtime]?.env) ?? [];
}

/** How a runtime is called by hand or in a pane. */
export interface RuntimeOptions {
  readonly yolo: boolean;
  readonly model?: string | undefined;
  /** What is handed on to the runtime. */
  readonly args?: readonly string[];
  /** Told what a person should know before the runtime takes the screen. */
  readonly say: (sentence: string) => void;
}

/**
 * Runs a runtime in this terminal, as `mosaic [yolo] <runtime>` does in a pane. A runtime that is a program of its own
 * replaces this process.
 *
 * @returns The exit code of one that is not.
 * @throws CoreError `RUNTIME_UNSUPPORTED`, `CANARY_NEEDS_TTY`, and what `launchRuntime` throws.
 */
export async function runRuntime(
  context: FleetContext,
  runtime: string,
  env: NodeJS.ProcessEnv,
  o: RuntimeOptions,
): Promise<number> {
  const adapter = RUNTIMES[runtime];
  if (!adapter) {
    throw new CoreError({
      code: "RUNTIME_UNSUPPORTED",
      message: `mosaic cannot launch the runtime ${JSON.stringify(runtime)} itself`,
      hint: `Give the command that starts it in the roster: runtimes.${runtime}.command. Built in are: ${Object.keys(RUNTIMES).join(", ")}.`,
    });
  }
  const agent = agentOf(context);
  const own = await paneEnvironment(context, env);
  const seconds = Number(own.MOSAIC_HEARTBEAT_INTERVAL);
  const intervalMs = seconds > 0 ? 1000 * seconds : adapter.heartbeatIntervalMs;
  const tenantId = await tenantOf(context);
  if (adapter.program) {
    const { launchRuntime } = await import("./launch/launch-runtime.ts");
    return launchRuntime(context, {
      adapter,
      program: adapter.program,
      agent,
      tenantId,
      contract: await contractOf(context, runtime),
      intervalMs,
      yolo: o.yolo,
      model: o.model,
      args: o.args ?? [],
      env: own,
      cwd: process.cwd(),
      say: o.say,
    });
  }
  const { runCanary } = await import("./canary/canary.ts");
  return runCanary({
    agent: agent ?? "canary",
    host: context.host,
    tenantId,
    files: agent && { heartbeat: context.home.heartbeat(agent), events: context.home.events(agent) },
    intervalMs,
    contract: await contractHashOf(context, agent),
    input: process.stdin,
    output: process.stdout,
    now: context.now,
    newId: context.newId,
    pid: process.pid,
  });
}

/** What the runtime is told: the contract of the seat whose pane this is, or what all seats share. */
async function contractOf(context: FleetContext, runtime: string): Promise<SeatContract> {
  const { contractFor } = await import("./contract.ts");
  return contractFor(context, () => loadRoster(context), runtime);
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
  // Some shells go on above what they run, and its reports would not be the pane's.
  const line =
    launchedBy(commandLine) === undefined ? commandLine : commandLine.replace(/^(?!exec )/, "exec ");
  return replaceProcess(["/bin/sh", "-c", line], await paneEnvironment(context, env));
}
