import { readFile } from "node:fs/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { composeContracts, contractRemark } from "../current-contracts.ts";
import { check, rosterFor, Unchecked, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { howEnded } from "../how-ended.ts";
import type { Observation } from "../observe.ts";
import { stopFailed } from "../manage/survivors.ts";

/** What runs on the fleet's socket, or why that cannot be seen. */
type SessionFacts =
  | { readonly trouble: { readonly code: string; readonly message: string; readonly mend: string } }
  | {
      readonly home: string;
      readonly roster: Roster;
      readonly seen: Observation;
      /** What stands against the contracts, by agent. */
      readonly contracts: ReadonlyMap<string, string>;
      /** The unit whose cgroup the tmux server lives in; undefined outside of any, or without a server. */
      readonly serverUnit: string | undefined;
    };

function judgeSessions(facts: SessionFacts): Finding[] {
  if ("trouble" in facts) {
    const { code, message, mend } = facts.trouble;
    const known = code === "TMUX_FORBIDDEN" ? "TMUX_FORBIDDEN" : "PS_MISSING";
    return [finding(known, known === "PS_MISSING" ? "ps" : "tmux", message, { mend })];
  }
  const { home, roster, seen, contracts, serverUnit } = facts;
  const ended = seen.facts.agents.filter(
    ({ session, pane }) => session?.ours === true && pane?.dead === true,
  );
  const foreign = seen.facts.agents.filter(({ flags }) => flags.includes("FOREIGN"));
  const gone = seen.facts.unmanaged.filter(({ ours }) => ours);
  const holder = seen.panes.find(({ session }) => session === roster.tmux.holder_session);
  const homes = new Set(seen.panes.flatMap(({ mark }) => (mark === undefined ? [] : [mark.home])));
  homes.delete(home);
  return [
    ...(serverUnit?.startsWith("mosaic-agent@") === true
      ? [finding("SERVER_IN_AGENT_UNIT", serverUnit, `the tmux server lives in ${serverUnit}`)]
      : []),
    ...(holder !== undefined && holder.mark?.home !== home
      ? [
          finding(
            "HOLDER_FOREIGN",
            holder.session,
            `the session ${holder.session} was started by ${holder.mark?.home ?? "somebody else"}`,
          ),
        ]
      : []),
    ...[...homes].map((other) =>
      finding("SOCKET_SHARED", other, `${other} has sessions on the fleet's tmux server too`),
    ),
    ...ended.map(({ name, pane }) => {
      const how = pane ? howEnded(pane.exit_status, pane.exit_signal) : "";
      return finding("AGENT_ENDED", name, `the program of ${name} has ended${how}`, {
        mend: `Read its last lines: mosaic agent tail ${name}; mend the cause, then: mosaic fleet start ${name}`,
      });
    }),
    ...foreign.map(({ name }) =>
      finding("SESSION_FOREIGN", name, `a session named ${name} runs that ${home} did not start`),
    ),
    ...gone.map(({ session }) =>
      finding("SESSION_UNROSTERED", session, `${session} runs and is no longer in the roster`),
    ),
    ...seen.facts.survivors.map((survivor) => {
      const { message, hint } = stopFailed(survivor);
      return finding("PROCESS_SURVIVED", String(survivor.pid), message, { mend: hint });
    }),
    ...[...contracts]
      .filter(([, why]) => why.includes("outdated"))
      .map(([name]) =>
        finding("CONTRACT_OUTDATED", name, `${name} runs with an outdated contract`, {
          mend: `When it may lose its conversation: mosaic fleet restart ${name}`,
        }),
      ),
  ];
}

/** Of cgroup v2: the last unit in `0::/user.slice/.../mosaic-tmux-holder.service`. */
export const unitOf = (cgroups: string): string | undefined =>
  /^0::.*\/([^/]+\.service)(?:\/|$)/m.exec(cgroups)?.[1];

async function lookAtSessions(evidence: Evidence): Promise<SessionFacts> {
  const { context } = evidence;
  const roster = await rosterFor(evidence);
  try {
    const seen = await evidence.observation();
    const server = seen.facts.server_pid;
    const cgroups =
      server === null ? "" : await readFile(`/proc/${String(server)}/cgroup`, "utf8").catch(() => "");
    const current = await composeContracts(context, roster);
    const contracts = new Map(
      seen.facts.agents.flatMap((agent) => {
        const remark = contractRemark(agent, current);
        return remark === undefined ? [] : [[agent.name, remark]];
      }),
    );
    return { home: context.home.root, roster, seen, contracts, serverUnit: unitOf(cgroups) };
  } catch (error) {
    if (!isFleetError(error)) throw error;
    const { code, message, hint: mend } = error;
    if (code === "TMUX_FORBIDDEN" || code === "PS_FAILED") return { trouble: { code, message, mend } };
    if (code !== "PROCESS_NOT_FOUND") throw error;
    if (message.startsWith("tmux")) throw new Unchecked("tmux is missing", { cause: error });
    return { trouble: { code, message, mend } };
  }
}

export const sessionsCheck = check({
  name: "sessions",
  title: "Sessions",
  look: lookAtSessions,
  judge: judgeSessions,
  sum: (facts) => {
    if ("trouble" in facts) return "cannot be seen";
    const { agents, server_pid } = facts.seen.facts;
    if (server_pid === null) return "no tmux server runs";
    const running = agents.filter(({ session, pane }) => session?.ours === true && pane?.dead === false);
    return `${String(running.length)} of ${String(agents.length)} agents run`;
  },
});
