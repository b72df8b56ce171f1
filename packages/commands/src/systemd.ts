import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "./argv.ts";

/** A unit of the user's service manager, by its whole name. */
export type Unit = string;

/** Owns the tmux server; the only unit whose end ends the server. */
export const HOLDER_UNIT: Unit = "mosaic-tmux-holder.service";
/** The unit file behind every agent's unit. */
export const AGENT_TEMPLATE: Unit = "mosaic-agent@.service";

/** An agent name holds no character that systemd escapes in an instance. */
export const agentUnit = (name: AgentName): Unit => `mosaic-agent@${name}.service`;

/** What is enabled starts when the user's manager does. */
export type EnableState = "enabled" | "disabled" | "other";

/** One unit, as the manager reports it. A unit that does not exist has `loadState` `not-found`. */
export interface UnitFacts {
  readonly unit: Unit;
  /** `loaded`, `not-found`, `bad-setting`, `masked`, ... */
  readonly loadState: string;
  /** `active`, `activating`, `deactivating`, `reloading`, `inactive` or `failed`. */
  readonly activeState: string;
  readonly subState: string;
  /** `other`: static, masked, linked, or a unit without a file. */
  readonly enabled: EnableState;
  /** `success`, or why the unit failed: `exit-code`, `signal`, `timeout`, `oom-kill`, `start-limit-hit`, ... */
  readonly result: string;
  /** Null while no process of it runs. */
  readonly mainPid: number | null;
  /** How its main process ended: an exit code, or a signal's number. */
  readonly exitStatus: number;
  /** How often it was started again by itself since it was last started by somebody. */
  readonly restarts: number;
  /** Bytes; null where the memory controller is not at hand. */
  readonly memory: number | null;
  /** Bytes; null for no limit. */
  readonly memoryMax: number | null;
  /** Null for no limit. */
  readonly tasksMax: number | null;
  /** The unit file on the disk is newer than what the manager has read. */
  readonly needsReload: boolean;
  /** The path of the unit file; empty when there is none. */
  readonly file: string;
  readonly dropIns: readonly string[];
  /** Below the cgroup root, beginning with `/`; empty while nothing of it runs. */
  readonly cgroup: string;
}

const PROPERTIES = [
  ...["Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "MainPID", "ExecMainStatus"],
  ...["NRestarts", "MemoryCurrent", "MemoryMax", "TasksMax", "NeedDaemonReload", "FragmentPath"],
  ...["DropInPaths", "ControlGroup"],
];

/** Never asks for a password, and prints no colours: nobody sits there. */
const systemctl = (...args: readonly string[]): Argv => ["systemctl", "--user", "--no-ask-password", ...args];

/** All of `units` in one call, also those that do not exist. @param units - At least one. */
export function showUnits(units: readonly Unit[]): Argv {
  return systemctl("show", `--property=${PROPERTIES.join(",")}`, "--", ...units);
}

/** Reads what {@link showUnits} prints. */
export function parseUnits(stdout: string): UnitFacts[] {
  return stdout
    .split("\n\n")
    .map(properties)
    .flatMap((read) => {
      const unit = read("Id");
      if (unit === "") return [];
      const enabled = read("UnitFileState");
      return [
        {
          unit,
          loadState: read("LoadState"),
          activeState: read("ActiveState"),
          subState: read("SubState"),
          enabled:
            enabled === "enabled" ? "enabled" : ["disabled", ""].includes(enabled) ? "disabled" : "other",
          result: read("Result"),
          mainPid: positive(read("MainPID")),
          exitStatus: Number(read("ExecMainStatus")),
          restarts: Number(read("NRestarts")),
          memory: positive(read("MemoryCurrent")),
          memoryMax: positive(read("MemoryMax")),
          tasksMax: positive(read("TasksMax")),
          needsReload: read("NeedDaemonReload") === "yes",
          file: read("FragmentPath"),
          dropIns: read("DropInPaths")
            .split(" ")
            .filter((path) => path !== ""),
          cgroup: read("ControlGroup"),
        },
      ];
    });
}

/** The user's service manager itself. */
export interface ManagerFacts {
  /** `running`; `degraded` when some unit has failed, also one that is not ours; `starting`, `stopping`, ... */
  readonly state: string;
  readonly version: string;
  /** Where it looks for unit files, first wins. */
  readonly unitPath: readonly string[];
}

/** Exits 1 and names the bus on stderr where no manager answers. */
export function showManager(): Argv {
  return systemctl("show", "--property=SystemState,Version,UnitPath");
}

/** Reads what {@link showManager} prints. */
export function parseManager(stdout: string): ManagerFacts {
  const read = properties(stdout);
  return {
    state: read("SystemState"),
    version: read("Version"),
    unitPath: read("UnitPath")
      .split(" ")
      .filter((path) => path !== ""),
  };
}

/** Waits until the units are active; exits non-zero when one of them is not. */
export const startUnits = (units: readonly Unit[]): Argv => systemctl("start", "--", ...units);

/** Waits until the units are inactive. A unit that does not exist exits 5. */
export const stopUnits = (units: readonly Unit[]): Argv => systemctl("stop", "--", ...units);

/** Forgets that the units failed, and how often they were started: one that hit its start limit starts again. */
export const resetFailed = (units: readonly Unit[]): Argv => systemctl("reset-failed", "--", ...units);

export const enableUnits = (units: readonly Unit[]): Argv => systemctl("--quiet", "enable", "--", ...units);

/** Also where the unit file is gone: the links are what counts. */
export const disableUnits = (units: readonly Unit[]): Argv => systemctl("--quiet", "disable", "--", ...units);

/** Makes the manager read the unit files anew; what runs goes on. */
export const reloadUnits = (): Argv => systemctl("daemon-reload");

/** The last lines that the units have logged, oldest first, without time and host. */
export const unitLog = (unit: Unit, lines: number): Argv => [
  ...(["journalctl", "--user", "--no-pager", "--quiet", "--output=cat"] as const),
  ...["-n", String(lines), "-u", unit],
];

/** Lets the user's manager run from boot on, also while the user is not logged in. */
export const enableLinger = (user: string): Argv => ["loginctl", "--no-ask-password", "enable-linger", user];

export const showLinger = (user: string): Argv => ["loginctl", "show-user", "--property=Linger", "--", user];

/** Reads what {@link showLinger} prints; undefined when it failed: a user that is not logged in has none. */
export function parseLinger(stdout: string): boolean | undefined {
  const answer = properties(stdout)("Linger");
  return answer === "" ? undefined : answer === "yes";
}

/** The value of a property by its name; empty for one that is not there. A value may hold `=`. */
function properties(text: string): (name: string) => string {
  const values = new Map(
    text.split("\n").map((line) => {
      const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
  return (name) => values.get(name) ?? "";
}

/** `[not set]`, `infinity`, 0 and the largest of all numbers, with which older versions say the same, are null. */
function positive(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 && value < 2 ** 63 ? value : null;
}
