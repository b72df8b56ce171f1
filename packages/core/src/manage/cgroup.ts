import { HOLDER_UNIT, agentUnit, type Unit } from "@mosaic/fleet-commands/systemd";
import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import { readIfPresent } from "../files.ts";

/** Where the kernel shows the cgroups: alone, or beside version 1. */
const ROOTS = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/** The agent's unit, when this process runs in it: the file by which a process joins it. */
export async function unitOfAgent(agent: AgentName): Promise<string | undefined> {
  const own = await ownCgroup();
  return own?.endsWith(`/${agentUnit(agent)}`) === true ? joinFile(own) : undefined;
}

/**
 * What starts a helper that serves the whole fleet: called in an agent's pane it would else end with that agent's unit.
 * It joins the unit of the tmux server, which lives as long as the fleet.
 */
export async function outsideOfAgents(command: Argv): Promise<Argv> {
  const [, above] = /^(.*\/app\.slice)\/.*\/mosaic-agent@[^/]+$/.exec((await ownCgroup()) ?? "") ?? [];
  const file = above === undefined ? undefined : await joinFile(`${above}/${HOLDER_UNIT satisfies Unit}`);
  return file === undefined ? command : joining(file, command);
}

/** Joins before anything else, so that nothing the program starts is left outside. Where it cannot, it runs nevertheless. */
export const joining = (file: string, command: Argv): Argv => [
  ...(["/bin/sh", "-c", '{ echo $$ >"$0"; } 2>/dev/null; exec "$@"'] as const),
  file,
  ...command,
];

/** Of this process, below the root of the cgroups; undefined where there are none. */
async function ownCgroup(): Promise<string | undefined> {
  const text = await readIfPresent("/proc/self/cgroup").catch(() => undefined);
  return /^0::(\/.*)$/m.exec(text ?? "")?.[1];
}

async function joinFile(cgroup: string): Promise<string | undefined> {
  for (const root of ROOTS) {
    const path = `${root}${cgroup}/cgroup.procs`;
    if ((await readIfPresent(path).catch(() => undefined)) !== undefined) return path;
  }
  return undefined;
}
