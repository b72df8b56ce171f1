import { formatAddress, isFleetError, mosaicHome, type Receipt } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { paneOf } from "../panes.ts";
import { answerOf, askPeer, clockRemark } from "./peer.ts";
import { placeOf, type Place } from "../place.ts";
import { loadRoster } from "../roster-file.ts";
import { DEFAULT_TIMEOUT_MS, type Message } from "./send.ts";

/** Whose pane a message is for, when not by the roster. */
export interface Whereabouts {
  /** An agent under another tmux server of its host. */
  readonly socket?: string | undefined;
  /** An agent on another host, as ssh reads it. */
  readonly destination?: string | undefined;
}

/** The way to an agent: by a home of this host that has it, or over ssh; undefined when no home here has it. */
export type Route =
  | { readonly kind: "home"; readonly context: FleetContext; readonly roster: Roster }
  | Extract<Place, { kind: "host" }>
  | undefined;

/** @throws CoreError `AGENT_UNKNOWN`; `ROSTER_MISSING` of the other home. */
export async function routeTo(
  context: FleetContext,
  roster: Roster,
  agent: string,
  { destination, socket }: Whereabouts = {},
): Promise<Route> {
  if (destination !== undefined) return { kind: "host", destination, socket };
  const place: Place =
    socket === undefined ? placeOf(seatOf(roster, agent).seat, context.host) : { kind: "socket", socket };
  if (place.kind === "host") return place;
  if (place.kind === "here" || place.socket === roster.tmux.socket_name) {
    return { kind: "home", context, roster };
  }
  return homeOn(context, roster, place.socket, agent);
}

/** The home that started that agent on another socket of this host: the session itself names it. */
async function homeOn(context: FleetContext, roster: Roster, socket: string, agent: string): Promise<Route> {
  const mark = (await paneOf(context, socket, agent))?.mark;
  if (mark === undefined) return undefined;
  if (mark.home === context.home.root) return { kind: "home", context, roster };
  const there = { ...context, home: mosaicHome(mark.home) };
  return { kind: "home", context: there, roster: await loadRoster(there) };
}

/**
 * Has the `mosaic` of another host send it. The receipt is the one that it gives.
 *
 * @returns also whether that host was reached.
 * @throws FleetError what the other side printed instead of a receipt.
 */
export async function tellPeer(
  context: FleetContext,
  agent: string,
  { destination, socket }: Extract<Place, { kind: "host" }>,
  o: Message,
): Promise<{ readonly receipt: Receipt; readonly reached: boolean }> {
  const began = performance.now();
  const timeoutMs = o.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const words = [
    ...["agent", "send", agent, "-", "--json", "--id", o.id, "--from", o.sender],
    ...["--timeout", String(timeoutMs / 1000)],
    ...(socket === undefined ? [] : ["--socket", socket]),
    ...(o.queueSeconds === undefined ? [] : ["--queue", "--ttl", `${String(o.queueSeconds)}s`]),
  ];
  const elapsed = (): number => Math.round(performance.now() - began);
  const without = (verdict: Receipt["verdict"], why: string): Receipt => {
    const to = formatAddress({ host: destination, session: agent });
    return { version: 1, verdict, id: o.id, from: o.sender, to, why, evidence: null, elapsed_ms: elapsed() };
  };
  try {
    const answer = await askPeer(context, destination, words, { stdin: o.text, timeoutMs, signal: o.signal });
    // The other side runs the same code: what it answers is a receipt.
    const receipt = answerOf(destination, answer) as Receipt;
    const remark = clockRemark(destination, answer.clockAhead);
    const why = remark === "" ? receipt.why : `${receipt.why}; ${remark}`;
    return { receipt: { ...receipt, why, elapsed_ms: elapsed() }, reached: true };
  } catch (error) {
    if (!isFleetError(error)) throw error;
    if (error.code === "HOST_UNREACHABLE")
      return { receipt: without("not-delivered", `${error.message}. ${error.hint}`), reached: false };
    if (error.code === "HOST_LOST") return { receipt: without("unknown", error.message), reached: false };
    throw error;
  }
}
