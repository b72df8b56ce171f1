import type {
  RuntimeAdapter,
  RuntimeCall,
  RuntimeProgram,
  RuntimeStart,
} from "@mosaic/fleet-commands/runtimes";
import type { AgentName } from "@mosaic/fleet-model";
import { replaceProcess, startCompanion } from "@mosaic/fleet-process";
import type { FleetContext } from "../context.ts";
import type { SeatContract } from "../contract.ts";
import { recordedConversation } from "./conversation.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeAtomically } from "../files.ts";
import { findProgram } from "./find-program.ts";
import { answerFirstRun } from "./first-run.ts";
import { reportStarting, reportVariables } from "./reporting.ts";

/** What Linux takes as one argument is shorter. */
const MAX_ARGUMENT_BYTES = 131_072;

export interface RuntimeLaunch {
  readonly adapter: RuntimeAdapter;
  readonly program: RuntimeProgram;
  /** Undefined outside a fleet: then nothing is reported. */
  readonly agent: AgentName | undefined;
  readonly tenantId: string;
  readonly contract: SeatContract;
  readonly intervalMs: number;
  readonly yolo: boolean;
  readonly model: string | undefined;
  /** What the caller gives the runtime beyond that. */
  readonly args: readonly string[];
  /** What the runtime starts with. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Told what was answered in the runtime's own configuration. */
  readonly say: (sentence: string) => void;
}

/**
 * Makes this process the runtime: same pid, same terminal. Before that it checks what would leave the runtime in a
 * dialog nobody sees, and starts what keeps the heartbeat fresh.
 *
 * @throws CoreError `RUNTIME_OPTION`, `RUNTIME_NOT_INSTALLED`, `RUNTIME_NOT_LOGGED_IN`, `CONTRACT_TOO_LONG`, and as
 * {@link answerFirstRun} does.
 */
export async function launchRuntime(context: FleetContext, o: RuntimeLaunch): Promise<never> {
  const { adapter, program, contract, cwd } = o;
  // One that an agent's own runtime starts is not the agent.
  const agent = o.env.MOSAIC_REPORT_PID === undefined ? o.agent : undefined;
  const env = Object.fromEntries(Object.entries(o.env).filter(([key]) => !key.startsWith("MOSAIC_REPORT")));
  refuseOptions(o);
  const path = await findProgram(program.name, env.PATH ?? "");
  if (path === undefined) {
    throw new CoreError({
      code: "RUNTIME_NOT_INSTALLED",
      message: `${program.name} is not on the PATH of ${agent ?? "this shell"}: ${env.PATH ?? ""}`,
      hint: `Install it with: ${program.install}`,
    });
  }
  await requireLogin(context, program, env);
  for (const answered of await answerFirstRun(context, program, env, cwd))
    o.say(`${program.name}: ${answered}`);
  const file = agent === undefined ? `${context.home.run}/contract.md` : context.home.contract(agent);
  if ((await readIfPresent(file)) !== contract.text) await writeAtomically(file, contract.text, 0o600);
  const recorded = agent && (await recordedConversation(context, agent, adapter.name, cwd));
  const fresh = program.takesId ? { id: context.newId(), resume: false } : undefined;
  const conversation = recorded ? { id: recorded.session_id, resume: true } : fresh;
  const support = `${context.framework}/runtime`;
  const call = callOf(program, {
    yolo: o.yolo,
    model: o.model,
    contract: { text: contract.text, file },
    conversation,
    support,
    folder: cwd,
    root: process.getuid?.() === 0,
    args: o.args,
    env,
  });
  refuseLongArguments(program, call);
  const facts = {
    tenantId: o.tenantId,
    runtime: adapter.name,
    pid: process.pid,
    cwd,
    intervalMs: o.intervalMs,
    contract: contract.hash,
    sessionId: conversation?.id ?? null,
  };
  const reported = agent === undefined ? {} : reportVariables(context, { ...facts, agent });
  if (agent !== undefined) {
    await reportStarting(context, { ...facts, agent });
    const seconds = String(o.intervalMs / 1000);
    startCompanion(
      [
        "sh",
        `${support}/watch.sh`,
        String(process.pid),
        context.home.heartbeat(agent),
        context.home.events(agent),
        seconds,
      ],
      { PATH: env.PATH },
    );
  }
  return replaceProcess([path, ...call.args], { ...call.env, ...env, ...call.joined, ...reported });
}

function callOf({ name, call }: RuntimeProgram, start: RuntimeStart): RuntimeCall {
  try {
    return call(start);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new CoreError({
      code: "RUNTIME_CONFIG_INVALID",
      message: `${name}: ${cause.message}`,
      hint: "Mend that variable in the agent's env file, or take it out.",
      cause,
    });
  }
}

function refuseOptions({ program, yolo, args }: RuntimeLaunch): void {
  const against = yolo ? { ...program.reserved, ...program.againstYolo } : program.reserved;
  for (const [at, arg] of args.entries()) {
    // What follows is the runtime's first message, not an option.
    if (arg === "--") return;
    const option = optionsIn(arg, args[at + 1]).find((name) => Object.hasOwn(against, name));
    if (option === undefined) continue;
    throw new CoreError({
      code: "RUNTIME_OPTION",
      message: `${option} cannot be given to ${program.name} here: ${against[option] ?? ""}`,
      hint: yolo && !(option in program.reserved) ? "Leave it away, or leave yolo away." : "Leave it away.",
    });
  }
}

/** Node does not fail where it cannot become the program: it is aborted. */
function refuseLongArguments({ name }: RuntimeProgram, { args }: RuntimeCall): void {
  const longest = Math.max(...args.map((arg) => Buffer.byteLength(arg)));
  if (longest < MAX_ARGUMENT_BYTES) return;
  throw new CoreError({
    code: "CONTRACT_TOO_LONG",
    message: `${name} gets its contract as an argument, and cannot be given one of ${String(longest)} bytes`,
    hint: `Make the persona or a layer of the contract shorter: less than ${String(MAX_ARGUMENT_BYTES)} bytes can be given.`,
  });
}

/** What an argument may be: an option, with its value behind `=` or at once behind a letter, and the setting it gives. */
function optionsIn(arg: string, next = ""): string[] {
  const [, option = arg, value = next] = /^(--[^=]*|-[a-zA-Z])=?(.+)?$/s.exec(arg) ?? [];
  return [option, `${option} ${/^[^.=]*/.exec(value)?.[0] ?? ""}`];
}

/**
 * A runtime without a login shows a login screen and waits there for ever.
 *
 * @throws CoreError `RUNTIME_NOT_LOGGED_IN`.
 */
export async function requireLogin(
  { userHome }: FleetContext,
  { name, login }: RuntimeProgram,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (!login || login.hidden.includes(process.platform)) return;
  if (login.variables.some((variable) => (env[variable] ?? "") !== "")) return;
  for (const file of login.files(env, userHome)) if ((await readIfPresent(file)) !== undefined) return;
  throw new CoreError({
    code: "RUNTIME_NOT_LOGGED_IN",
    message: `${name} is not logged in: none of its credentials is there`,
    hint: login.how,
  });
}
