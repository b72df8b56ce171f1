import { listParents, parseParents } from "@mosaic/fleet-commands/ps";
import { CLAIMED, formatAddress, headerLabel, operatorLabel, senderLabel } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { readIfPresent } from "../files.ts";
import { firstPanes, readPanes } from "../panes.ts";

/** What is known of where a call comes from. */
export interface Origin {
  /** The agent in whose service or pane it runs; undefined for an operator. */
  readonly agent: string | undefined;
  readonly host: string;
}

/**
 * The agent that calls: by the service this process runs in, else by the pane that it descends from. Only a process
 * that has left both says itself who it is.
 */
export async function originOf(context: FleetContext, roster: Roster): Promise<Origin> {
  const [unit, pane] = await Promise.all([unitOf(), paneAbove(context, roster)]);
  const seats = new Set<string>(roster.agents.map(({ name }) => name));
  const agent = [unit, pane, context.caller].find((name) => name !== undefined && seats.has(name));
  return { agent, host: context.host };
}

/** Who a message is from: an agent is stamped by where it runs, whatever it claims; a person is who they say. */
export function senderOf({ agent, host }: Origin, roster: Roster, claimed?: string): string {
  if (agent !== undefined) {
    return senderLabel(formatAddress({ host, session: agent }), claimed === agent ? undefined : claimed);
  }
  const stamp = formatAddress({ host, session: operatorLabel(roster.agents) });
  const own = roster.agents.filter((seat) => seat.host === undefined || seat.host === host);
  const [first = "", ...claims] = (claimed ?? "").split(CLAIMED);
  const label = headerLabel(first);
  const posesAsAgent = own.some(
    ({ name }) => label === name || label === formatAddress({ host, session: name }),
  );
  if (label === "" || posesAsAgent) return senderLabel(stamp, claimed);
  // Another host has stamped it, or it is how a person signs.
  return senderLabel(label, claims.join(CLAIMED));
}

async function unitOf(): Promise<string | undefined> {
  const groups = await readIfPresent("/proc/self/cgroup").catch(() => undefined);
  return /\/mosaic-agent@([a-z0-9_-]+)\.service/.exec(groups ?? "")?.[1];
}

async function paneAbove(context: FleetContext, roster: Roster): Promise<string | undefined> {
  const [panes, parents] = await Promise.all([
    readPanes(context, roster.tmux.socket_name).catch(() => []),
    context.run(listParents()).then(
      ({ stdout }) => parseParents(stdout),
      () => new Map<number, number>(),
    ),
  ]);
  const ours = panes.filter(({ mark }) => mark?.home === context.home.root);
  const agents = new Map([...firstPanes(ours).values()].map(({ pid, session }) => [pid, session]));
  const seen = new Set<number>();
  for (
    let pid: number | undefined = context.pid;
    pid !== undefined && !seen.has(pid);
    pid = parents.get(pid)
  ) {
    const agent = agents.get(pid);
    if (agent !== undefined) return agent;
    seen.add(pid);
  }
  return undefined;
}
