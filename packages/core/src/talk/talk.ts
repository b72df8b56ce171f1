import { formatAddress, type Receipt } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { mayWait, receiverOf } from "./mailbox.ts";
import type { park as Park } from "./park.ts";
import { routeTo, tellPeer, type Whereabouts } from "./route.ts";
import { checkedText, newMessageId, send, type SendOptions } from "./send.ts";
import { originOf, senderOf } from "./sender.ts";

export interface TalkOptions extends SendOptions, Whereabouts {
  /** What cannot be delivered now waits in the agent's mailbox for so many seconds. */
  readonly queueSeconds?: number | undefined;
}

/**
 * Sends one message to one agent, wherever it lives, and says what is known of it. An agent of another home or host is
 * typed to by that home, on that host.
 *
 * @throws as {@link send}, {@link routeTo} and {@link tellPeer} do; with `queueSeconds` also `BACKLOG_STORE_*`.
 */
export async function talk(
  context: FleetContext,
  roster: Roster,
  agent: string,
  o: TalkOptions,
): Promise<Receipt> {
  const route = await routeTo(context, roster, agent, o);
  const sender = o.sender ?? senderOf(await originOf(context, roster), roster, o.from);
  const id = o.id ?? newMessageId(context);
  const message = { ...o, id, sender, text: checkedText(o.text, id) };
  if (route === undefined) {
    const to = formatAddress({ host: context.host, session: agent });
    const why = "no fleet of this host has started an agent of that name on that socket";
    const none = { from: sender, to, why, evidence: null, elapsed_ms: 0 };
    const receipt: Receipt = { version: 1, verdict: "not-delivered", id, ...none };
    // A seat of the roster is waited for; who has started it is known when it runs.
    const known = o.socket === undefined && o.queueSeconds !== undefined;
    return known ? later(context, roster, agent, message, receipt) : receipt;
  }
  if (route.kind === "host") {
    if (o.destination === undefined) await olderFirst(context, roster, agent, o.signal);
    const { receipt, reached } = await tellPeer(context, agent, route, message);
    // What that host did not take waits here, unless the roster does not know the agent.
    if (receipt.verdict !== "not-delivered" || reached || o.destination !== undefined) return receipt;
    return o.queueSeconds === undefined ? receipt : later(context, roster, agent, message, receipt);
  }
  const there = route.context;
  await olderFirst(there, route.roster, agent, o.signal);
  // An id of our own was not sent before, which saves a look.
  const receipt = await send(there, route.roster, agent, { ...o, sender });
  if (receipt.verdict !== "not-delivered" || o.queueSeconds === undefined) return receipt;
  return later(there, route.roster, agent, { ...message, id: receipt.id }, receipt);
}

/** What waits for an agent of the roster goes before a new message. */
async function olderFirst(
  context: FleetContext,
  roster: Roster,
  agent: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await mayWait(context, receiverOf(context, seatOf(roster, agent).seat)))) return;
  const { waitingFirst } = await import("./mail-delivery.ts");
  await waitingFirst(context, roster, agent, signal);
}

/** Loaded when it is needed: a message that is delivered waits for no store. */
const later = async (...args: Parameters<typeof Park>): Promise<Receipt> =>
  (await import("./park.ts")).park(...args);
