import { parseAgentName, type AgentName } from "@mosaic/fleet-model";
import type * as z from "zod";
import {
  ROSTER_DEFAULTS,
  type AgentSchema,
  type ConnectorSchema,
  type RosterSchema,
  type RuntimeSchema,
} from "./schema.ts";

type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** A roster as a person writes it: what has a default may be absent. */
export type WrittenRoster = DeepReadonly<z.infer<typeof RosterSchema>>;
/** One seat as a person writes it. */
export type WrittenAgent = DeepReadonly<z.infer<typeof AgentSchema>>;

export type Connector = DeepReadonly<z.infer<typeof ConnectorSchema>>;

/** Settings of one runtime. With a `command` it is a custom runtime. */
export type Runtime = DeepReadonly<z.infer<typeof RuntimeSchema>> & { readonly env: readonly string[] };

/** One seat of the fleet, every default filled in. */
export type Agent = WrittenAgent &
  Readonly<
    Required<
      Pick<
        WrittenAgent,
        "class" | "working_directory" | "persistent_persona" | "reset_between_tasks" | "yolo" | "channels"
      >
    >
  > & { readonly name: AgentName };

/** A roster with every default filled in. The keys are those of the file. */
export interface Roster {
  readonly version: 1;
  readonly transport: "tmux";
  readonly tenant_id: string;
  readonly tmux: {
    /** Absent means tmux's default server: no `-L` anywhere. */
    readonly socket_name?: string;
    readonly holder_session: string;
  };
  readonly defaults: { readonly working_directory: string };
  /** What the file declares; a built-in runtime without settings is not in it. */
  readonly runtimes: Readonly<Record<string, Runtime>>;
  readonly agents: readonly Agent[];
  /** Absent means tmux. */
  readonly connector?: Connector;
}

function resolveAgent(agent: WrittenAgent, defaults: Roster["defaults"]): Agent {
  return {
    class: ROSTER_DEFAULTS.class,
    working_directory: defaults.working_directory,
    persistent_persona: ROSTER_DEFAULTS.persistent_persona,
    reset_between_tasks: ROSTER_DEFAULTS.reset_between_tasks,
    yolo: ROSTER_DEFAULTS.yolo,
    channels: [],
    ...agent,
    name: parseAgentName(agent.name),
  };
}

/** The one road from the written shape to the resolved one; `written` has passed every check. */
export function resolveRoster(written: WrittenRoster, context: { tenantId: string }): Roster {
  const { tmux = {}, connector } = written;
  const socket = tmux.socket_name ?? tmux.socketName ?? "";
  const defaults = {
    working_directory: written.defaults?.working_directory ?? ROSTER_DEFAULTS.working_directory,
  };
  const runtimes = Object.entries(written.runtimes ?? {}).map(
    ([name, runtime]) => [name, { env: [], ...runtime }] as const,
  );
  return {
    version: written.version,
    transport: written.transport ?? ROSTER_DEFAULTS.transport,
    tenant_id: written.tenant_id ?? context.tenantId,
    tmux: {
      ...(socket === "" ? {} : { socket_name: socket }),
      holder_session: tmux.holder_session ?? ROSTER_DEFAULTS.holder_session,
    },
    defaults,
    runtimes: Object.fromEntries(runtimes),
    agents: written.agents.map((agent) => resolveAgent(agent, defaults)),
    ...(connector ? { connector } : {}),
  };
}
