import {
  HOLDER_UNIT,
  agentUnit,
  disableUnits,
  enableUnits,
  parseUnits,
  resetFailed,
  showUnits,
  startUnits,
  stopUnits,
  unitLog,
  type Unit,
} from "@mosaic/fleet-commands/systemd";
import { isAgentName, type AgentName } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { createDirectManager } from "./direct-manager.ts";
import { CoreError } from "../error.ts";
import { installUnits } from "./install-units.ts";
import type { Manager } from "./manager.ts";
import { isUp } from "./unit-facts.ts";
import { captured } from "./units.ts";
import { firstLine } from "./user-manager.ts";

/** How long a unit may take to start or stop; its own limits are shorter. */
const UNIT_TIMEOUT_MS = 90_000;
const LOG_LINES = 8;
/** Each start is a process of node for a moment. */
const AT_ONCE = 4;

/** Starts agents as units of the user's service manager, which starts them again after a crash and at boot. */
export function createSystemdManager(
  context: FleetContext,
  options: { readonly warn: (text: string) => void; readonly stopGraceMs?: number | undefined },
): Manager {
  const { run } = context;
  const { warn } = options;
  const direct = createDirectManager(context, options);

  let installed: Promise<void> | undefined;
  const install = (): Promise<void> =>
    (installed ??= installUnits(context).then((remarks) => {
      remarks.forEach(warn);
    }));

  async function start(unit: Unit, what: string): Promise<void> {
    // Else the start limit, which is for crashes, counts what an operator starts.
    await run(resetFailed([unit]));
    const { exitCode, stderr } = await run(startUnits([unit]), { timeoutMs: UNIT_TIMEOUT_MS });
    if (exitCode === 0) return;
    const log = (await run(unitLog(unit, LOG_LINES))).stdout.trimEnd();
    throw new CoreError({
      code: "UNIT_FAILED",
      message: `${what}: its unit did not start: ${firstLine(stderr)}${log === "" ? "" : `\n${indented(log)}`}`,
      hint: `Look at it with: systemctl --user status ${unit}`,
    });
  }

  return {
    kind: "systemd",
    atOnce: AT_ONCE,

    async prepare(roster) {
      await install();
      await requireSameFolder(context);
      await start(HOLDER_UNIT, "the tmux server");
      // The server may have been kept by somebody else's session, without our holder.
      await direct.prepare(roster);
    },

    async start(_, launch) {
      await start(agentUnit(launch.name), launch.name);
    },

    async enable(names) {
      await install();
      const { stdout } = await run(showUnits(names.map(agentUnit)));
      const units = parseUnits(stdout).flatMap(({ unit, enabled }) => (enabled === "enabled" ? [] : [unit]));
      if (units.length === 0) return;
      const { exitCode, stderr } = await run(enableUnits(units));
      if (exitCode !== 0) warn(`${units.join(", ")} will not start at boot: ${firstLine(stderr)}`);
    },

    async disable(name) {
      const { exitCode, stderr } = await run(disableUnits([agentUnit(name)]));
      if (exitCode !== 0) warn(`${name} may start again at boot: ${firstLine(stderr)}`);
    },

    async stop(roster, session) {
      const ended = isAgentName(session) && (await stopUnit(session));
      // A session stays after its program ended, for its last lines; and one that runs may have no unit.
      return (await direct.stop(roster, session)) || ended;
    },

    // The unit of the server ends with it, and the server with its last session: somebody else's may be among them.
    release: (roster) => direct.release(roster),
  };

  /** @returns whether it ran. */
  async function stopUnit(name: AgentName): Promise<boolean> {
    const unit = agentUnit(name);
    const [facts] = parseUnits((await run(showUnits([unit]))).stdout);
    if (facts === undefined || !(isUp(facts) || facts.activeState === "failed")) return false;
    const { exitCode, stderr } = await run(stopUnits([unit]), { timeoutMs: UNIT_TIMEOUT_MS });
    if (exitCode !== 0) {
      throw new CoreError({
        code: "UNIT_FAILED",
        message: `${name}: its unit could not be stopped: ${firstLine(stderr)}`,
        hint: `Look at it with: systemctl --user status ${unit}`,
      });
    }
    await run(resetFailed([unit]));
    return isUp(facts);
  }
}

/** The server would listen where this shell does not look. @throws CoreError `MANAGER_CONFLICT`. */
async function requireSameFolder(context: FleetContext): Promise<void> {
  const theirs = (await captured(context, "TMUX_TMPDIR")) ?? "";
  if (theirs === context.tmuxFolder) return;
  const shown = (folder: string): string => (folder === "" ? "not set" : folder);
  throw new CoreError({
    code: "MANAGER_CONFLICT",
    message: `TMUX_TMPDIR is ${shown(context.tmuxFolder)} in this shell, and ${shown(theirs)} in the fleet's units`,
    hint: "Set it as it was when the units were installed; or mosaic fleet down, then mosaic fleet install.",
  });
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
