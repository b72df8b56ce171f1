import type { Roster } from "@mosaic/fleet-roster";
import type { AgentFacts, Flag } from "./agent-facts.ts";
import type { Unlaunchable } from "./launch/unlaunchable.ts";
import type { FleetFacts } from "./observe.ts";

/** One thing `apply` does, and why. */
export interface Action {
  readonly kind: "create" | "restart" | "stop" | "enable" | "nothing" | "conflict";
  readonly agent: string;
  readonly why: string;
  /** Of a conflict that is not about somebody else's session. */
  readonly code?: Unlaunchable["code"];
}

/**
 * The difference between the roster and what runs, one action per seat in the roster's order, then one per session
 * of ours whose seat is gone; a foreign holder comes before all. Pure: a second plan after a successful apply holds nothing
 * but `nothing`.
 *
 * @param unlaunchable - Why a seat cannot be started on this host, by agent: it is left as it is.
 */
export function plan(
  roster: Roster,
  facts: FleetFacts,
  unlaunchable: ReadonlyMap<string, Unlaunchable> = new Map(),
): Action[] {
  const observed = new Map(facts.agents.map((agent) => [agent.name, agent]));
  const seats = roster.agents.flatMap((seat) => {
    const agent = observed.get(seat.name);
    return agent ? [possible(actionFor(agent), unlaunchable.get(agent.name))] : [];
  });
  const holder: Action[] = facts.holder_foreign
    ? [
        {
          kind: "conflict",
          agent: roster.tmux.holder_session,
          why: "the session of this name, which should hold the server, was not started by this home",
        },
      ]
    : [];
  const gone = facts.unmanaged.filter(({ ours }) => ours);
  return [
    ...holder,
    ...seats,
    ...gone.map(({ session }) => ({
      kind: "stop" as const,
      agent: session,
      why: "it is no longer in the roster",
    })),
  ];
}

/** What would start a seat that cannot be started is a conflict. */
function possible(action: Action, against: Unlaunchable | undefined): Action {
  if (against === undefined || (action.kind !== "create" && action.kind !== "restart")) return action;
  return { kind: "conflict", agent: action.agent, ...against };
}

/** What a flag says about an agent, without the flag's name. */
const remarkOf = ({ remarks }: AgentFacts, flag: Flag): string | undefined =>
  remarks.find((remark) => remark.startsWith(`${flag}: `))?.slice(`${flag}: `.length);

function actionFor(agent: AgentFacts): Action {
  const action = (kind: Action["kind"], why: string): Action => ({ kind, agent: agent.name, why });
  if (agent.elsewhere !== null) return action("nothing", `it lives elsewhere: ${agent.elsewhere}`);
  if (agent.flags.includes("FOREIGN"))
    return action("conflict", "a session of this name runs that this home did not start");
  if (agent.session === null) return action("create", "it has no session");
  if (agent.readiness === "dead")
    return action("restart", remarkOf(agent, "DEAD") ?? "its program has ended");
  if (agent.flags.includes("DRIFT")) return action("restart", remarkOf(agent, "DRIFT") ?? "it drifted");
  if (agent.flags.includes("BOOT-ENABLE")) return action("enable", "it runs, and would not start at boot");
  const remark = remarkOf(agent, "CONTRACT");
  return action(
    "nothing",
    [`it is ${agent.readiness}`, ...(remark === undefined ? [] : [remark])].join("; "),
  );
}
