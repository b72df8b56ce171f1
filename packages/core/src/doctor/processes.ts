import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { check, Unchecked, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";

/** A process that this home has started, as the kernel shows it to its owner. */
export interface HomeProcess {
  readonly pid: number;
  /** What it was started with. */
  readonly words: readonly string[];
  /** Whose pane it is; undefined when it is none. */
  readonly agent: string | undefined;
  readonly parent: number;
  /** The command line of the parent. */
  readonly parentWords: readonly string[];
}

interface Processes {
  readonly processes: readonly HomeProcess[];
  /** The fleet's tmux server; null when none runs, undefined when that is not known. */
  readonly server: number | null | undefined;
}

/** Services of which a home has one. */
const SINGLE = [
  {
    words: ["store", "serve"],
    mend: "PGLITE_DATA_DIR must be the same everywhere: unset it, and end one with kill",
  },
  { words: ["fleet", "supervise"], mend: "End one of them with kill" },
] as const;

const LOOK_AGAIN_MS = 1_000;

const running = (
  [group, verb]: readonly [string, string],
  processes: readonly HomeProcess[],
): readonly HomeProcess[] =>
  processes.filter(({ words }) => words.some((word, at) => word === group && words[at + 1] === verb));

const TMUX_SERVER = /^(?:.*\/)?tmux(?:: server)?$/;

export const judgeProcesses = ({ processes, server }: Processes): Finding[] => [
  ...SINGLE.flatMap(({ words: [group, verb], mend }) => {
    const pids = running([group, verb], processes).map(({ pid }) => String(pid));
    if (pids.length < 2) return [];
    const message = `${String(pids.length)} processes run mosaic ${group} ${verb}: ${pids.join(", ")}`;
    return [
      finding("SERVICE_DOUBLED", `mosaic ${group} ${verb}`, message, {
        mend: `${mend} ${pids.join(" or ")}.`,
      }),
    ];
  }),
  ...(server === undefined ? [] : processes.flatMap((one) => orphaned(one, server))),
];

/** A pane's process is a child of its tmux server, and a leader of its own. */
function orphaned({ pid, agent, parent, parentWords }: HomeProcess, server: number | null): Finding[] {
  if (agent === undefined || parent === server || !TMUX_SERVER.test(parentWords[0] ?? "")) return [];
  const at = parentWords.indexOf("-L");
  const socket = at === -1 ? [] : ["-L", parentWords[at + 1] ?? ""];
  const where = socket.length === 0 ? "tmux's default socket" : `socket ${socket[1] ?? ""}`;
  const message = `${agent} runs as process ${String(pid)} in the tmux server ${String(parent)} on ${where}`;
  const mend = `Name that socket in the roster again, or end the session: ${["tmux", ...socket].join(" ")} kill-session -t '=${agent}'`;
  return [finding("SESSION_ORPHANED", agent, message, { mend })];
}

const split = (text: string): string[] => text.split("\0").filter((word) => word !== "");

async function lookAtProcesses(evidence: Evidence): Promise<Processes> {
  let processes = await ownProcesses(evidence);
  if (SINGLE.some(({ words }) => running(words, processes).length > 1)) {
    // One that finds that another serves already ends at once.
    await pause(LOOK_AGAIN_MS);
    const stay = new Set((await ownProcesses(evidence)).map(({ pid }) => pid));
    processes = processes.filter(({ pid }) => stay.has(pid));
  }
  const server = await evidence.observation().then(
    ({ facts }) => facts.server_pid,
    () => undefined,
  );
  return { processes, server };
}

async function ownProcesses({ context }: Evidence): Promise<HomeProcess[]> {
  const entries: string[] = await readdir("/proc").catch(() => []);
  if (!entries.includes("self")) throw new Unchecked("this system has no /proc");
  const others = entries.filter((name) => /^\d+$/.test(name) && name !== String(context.pid));
  return (await Promise.all(others.map((pid) => lookAt(Number(pid), context.home.root)))).flat();
}

const words = async (pid: number): Promise<string[]> =>
  split(await readFile(`/proc/${String(pid)}/cmdline`, "utf8"));

const variables = async (pid: number): Promise<string[]> =>
  split(await readFile(`/proc/${String(pid)}/environ`, "utf8"));

const AGENT = "MOSAIC_AGENT_NAME=";
const agentIn = (environment: readonly string[]): string | undefined =>
  environment.find((one) => one.startsWith(AGENT))?.slice(AGENT.length);

/** Nothing where the process is somebody else's, or ended meanwhile. */
async function lookAt(pid: number, home: string): Promise<HomeProcess[]> {
  try {
    const [own, environment] = [await words(pid), await variables(pid)];
    const flag = own.indexOf("--mosaic-home");
    if (!environment.includes(`MOSAIC_HOME=${home}`) && (flag === -1 || own[flag + 1] !== home)) return [];
    // The name in parentheses may hold anything; parent, group and session stand behind it.
    const stat = (await readFile(`/proc/${String(pid)}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
    const [, parent = 0, , session] = stat.map(Number);
    const parentWords = await words(parent).catch(() => []);
    // A tmux server that an agent started is the agent's own affair, and so is what runs there.
    const nested = session !== pid || agentIn(await variables(parent).catch(() => [])) !== undefined;
    return [{ pid, words: own, agent: nested ? undefined : agentIn(environment), parent, parentWords }];
  } catch {
    return [];
  }
}

export const processesCheck = check({
  name: "processes",
  title: "Processes",
  look: lookAtProcesses,
  judge: judgeProcesses,
  sum: ({ processes }) =>
    processes.length === 0 ? "none of this home" : `${String(processes.length)} of this home`,
});
