import { stringify } from "yaml";
import type { WrittenAgent, WrittenRoster } from "./roster.ts";
import { ROSTER_DEFAULTS } from "./schema.ts";

/** Not folded, and nothing written as an alias of something else: the next reader is a person. */
const OPTIONS = { version: "1.2", lineWidth: 0, aliasDuplicateObjects: false } as const;

/** A seat as a person would write it: what is the default anyway is left out. */
function plainAgent(agent: WrittenAgent, defaultDirectory: string | undefined): WrittenAgent {
  const { name, runtime, class: persona, working_directory, channels, ...rest } = agent;
  const flags = ["yolo", "persistent_persona", "reset_between_tasks"] as const;
  const unsaid = new Set<string>(flags.filter((flag) => rest[flag] === ROSTER_DEFAULTS[flag]));
  return {
    name,
    runtime,
    ...(persona === undefined ? {} : { class: persona }),
    ...(working_directory === undefined || working_directory === defaultDirectory
      ? {}
      : { working_directory }),
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !unsaid.has(key))),
    ...(channels === undefined || channels.length === 0 ? {} : { channels }),
  };
}

/**
 * Writes a roster, resolved or not, as YAML. Parsed again it is the same roster; comments are not part of a roster,
 * and editing a file that has some is the work of `addAgent` and its siblings.
 */
export function serializeRoster(roster: WrittenRoster): string {
  const { version, transport, tenant_id, tmux, defaults, runtimes, agents, connector } = roster;
  const directory = defaults?.working_directory ?? ROSTER_DEFAULTS.working_directory;
  const named = Object.entries(runtimes ?? {}).map(([name, { env, ...runtime }]) => [
    name,
    { ...runtime, ...(env === undefined || env.length === 0 ? {} : { env }) },
  ]);
  const written = {
    version,
    transport,
    tenant_id,
    tmux,
    defaults,
    runtimes: named.length === 0 ? undefined : (Object.fromEntries(named) as unknown),
    agents: agents.map((agent) => plainAgent(agent, directory)),
    connector,
  };
  return stringify(written, OPTIONS);
}
