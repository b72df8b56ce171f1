import { readFileSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts } from "./agent-facts.ts";
import type { FleetContext } from "./context.ts";
import { livesElsewhere, adapterOf } from "./launch/launch.ts";

/** The contract that a seat would be launched with now: its hash, or why it cannot be composed. */
export type CurrentContract = { readonly hash: string } | { readonly error: string };

/** By the agent's name; of the seats of this host that are launched with one. */
export type CurrentContracts = ReadonlyMap<string, CurrentContract>;

interface ContractCache {
  /** All that contracts are composed of and that is no file. */
  readonly key: string;
  /** The files and folders they were composed of, with what stood there before. */
  readonly sources: readonly (readonly [path: string, stamp: string])[];
  readonly contracts: readonly (readonly [agent: string, CurrentContract])[];
}

/**
 * From the cache while nothing of what they are composed of has changed: `fleet ps` compares a few files' stamps, where
 * composing reads and parses them all.
 */
export async function currentContracts(context: FleetContext, roster: Roster): Promise<CurrentContracts> {
  if (launchedWithContract(context, roster).length === 0) return new Map();
  const path = context.home.contractCache;
  const key = JSON.stringify([context.host, roster]);
  const known = readCache(path);
  if (known?.key === key && known.sources.every(([source, stamp]) => stampOf(source) === stamp))
    return new Map(known.contracts);
  const { contractSources } = await import("./contract.ts");
  // Before they are read: what changes meanwhile is noticed by the next call.
  const sources = contractSources(context, roster).map((source) => [source, stampOf(source)] as const);
  const contracts = await composeContracts(context, roster);
  const cache: ContractCache = { key, sources, contracts: [...contracts] };
  // Best effort: without the cache the next call is slower, nothing more. A torn write does not parse.
  await writeFile(path, JSON.stringify(cache), { mode: 0o600 }).catch(() => undefined);
  return contracts;
}

/** Composes all of them anew, and writes nothing. */
export async function composeContracts(context: FleetContext, roster: Roster): Promise<CurrentContracts> {
  const { contractComposer } = await import("./contract.ts");
  const orWhy = (error: unknown): CurrentContract => {
    if (!isFleetError(error)) throw error;
    return { error: error.message };
  };
  const composer = contractComposer(context, roster);
  const seats = launchedWithContract(context, roster).map(async (seat) => {
    const contract = await composer.then((compose) => compose(seat)).then(({ hash }) => ({ hash }), orWhy);
    return [seat.name, contract] as const;
  });
  return new Map(await Promise.all(seats));
}

/**
 * What stands against the contract that an agent runs with: it is outdated, or cannot be composed any more. An agent that
 * reports no contract has none of ours. Pure.
 */
export function contractRemark(
  { name, readiness, heartbeat }: Pick<AgentFacts, "name" | "readiness" | "heartbeat">,
  contracts: CurrentContracts,
): string | undefined {
  const now = contracts.get(name);
  if (readiness === "dead" || heartbeat?.current !== true || heartbeat.contract === null || !now)
    return undefined;
  if ("error" in now) return `its contract cannot be composed any more: ${now.error}`;
  if (now.hash === heartbeat.contract) return undefined;
  return `its contract is outdated: mosaic fleet restart ${name} renews it`;
}

/** The same agents, flagged where something stands against their contracts. Pure. */
export const withContractFlags = (
  agents: readonly AgentFacts[],
  contracts: CurrentContracts,
): readonly AgentFacts[] =>
  agents.map((agent) => {
    const remark = contractRemark(agent, contracts);
    if (remark === undefined) return agent;
    return {
      ...agent,
      flags: [...agent.flags, "CONTRACT" as const],
      remarks: [...agent.remarks, `CONTRACT: ${remark}`],
    };
  });

const launchedWithContract = ({ host }: FleetContext, roster: Roster): Roster["agents"] =>
  roster.agents.filter(
    (seat) => adapterOf(roster, seat) !== undefined && livesElsewhere(seat, host) === undefined,
  );

function readCache(path: string): ContractCache | undefined {
  try {
    // What this very program wrote.
    return JSON.parse(readFileSync(path, "utf8")) as ContractCache;
  } catch {
    return undefined;
  }
}

/** Another one for every change of what stands there, also where something takes its place. */
function stampOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? "" : [stats.ino, stats.size, stats.ctimeMs].join(" ");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
}
