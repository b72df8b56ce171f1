import type { Backlog, Mail } from "@mosaic/fleet-backlog";
import { fingerprint, formatAddress, isFleetError, type Receipt } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import { startCourier } from "./courier-start.ts";
import { openBacklog } from "../store/backlog.ts";
import type { FleetContext } from "../context.ts";
import { adapterOf } from "../launch/launch.ts";
import { mayWait, post, queuedMail, receiverOf } from "./mailbox.ts";
import { placeOf } from "../place.ts";
import { routeTo, tellPeer } from "./route.ts";
import { knownBefore, send, type Known, type Message } from "./send.ts";

/** How long a notice waits for its reader, in seconds: a week. */
const NOTICE_SECONDS = 604_800;
/** How much of a text a notice quotes, in characters. */
const QUOTED = 80;
/** Who signs a notice; no agent has that name. */
const POSTMASTER = "_mailbox";

/** What waits for an agent goes before a new message. The store's trouble keeps no message from an agent. */
export async function waitingFirst(
  context: FleetContext,
  roster: Roster,
  agent: string,
  signal?: AbortSignal,
): Promise<void> {
  const { seat } = seatOf(roster, agent);
  try {
    await using backlog = await openBacklog(context, signal);
    await deliverTo(context, roster, seat, backlog, signal);
  } catch (error) {
    if (!isFleetError(error)) throw error;
  }
}

/** What became of mail, the oldest first: `queued` is what the agent has taken and not begun. */
export interface Handed {
  readonly id: string;
  readonly receiver: string;
  readonly state: Mail["state"];
  readonly why: string;
}

/** Delivers what waits for anybody of this roster, expires the rest that is due, and tells the senders. */
export async function deliverWaiting(
  context: FleetContext,
  roster: Roster,
  backlog: Backlog,
  signal?: AbortSignal,
): Promise<Handed[]> {
  const handed: Handed[] = [];
  const receivers = new Set((await queuedMail(backlog)).map(({ receiver }) => receiver));
  for (const seat of roster.agents) {
    if (!receivers.has(receiverOf(context, seat))) continue;
    handed.push(...(await deliverTo(context, roster, seat, backlog, signal)));
  }
  return [...handed, ...(await expire(context, roster, backlog))];
}

async function deliverTo(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  backlog: Backlog,
  signal?: AbortSignal,
): Promise<Handed[]> {
  const receiver = receiverOf(context, seat);
  const handed: Handed[] = [];
  const settle = async ({ id }: Mail, why: string): Promise<void> => {
    await backlog.settle({ id, state: "delivered", why });
    handed.push({ id, receiver, state: "delivered", why });
  };
  for (const mail of await queuedMail(backlog, receiver)) {
    if (mail.expires_at <= context.now()) {
      const known = await knownHere(context, roster, seat, mail.id);
      if (known?.event) await settle(mail, `the agent reported ${known.event.event}`);
      continue;
    }
    const { id, sender, text } = mail;
    const receipt = await handOver(context, roster, seat, { id, sender, text, signal });
    if (receipt?.verdict === "accepted") await settle(mail, receipt.why);
    else if (receipt?.verdict === "queued") handed.push({ id, receiver, state: "queued", why: receipt.why });
    else if (receipt?.verdict === "unknown" && isSilent(context, roster, seat))
      await settle(mail, receipt.why);
    // What is behind must not overtake it.
    else break;
  }
  return handed;
}

/** Undefined when no home of this host has the agent now. */
async function handOver(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  message: Message,
): Promise<Receipt | undefined> {
  const route = await routeTo(context, roster, seat.name);
  if (route === undefined) return undefined;
  if (route.kind === "home") return send(route.context, route.roster, seat.name, message);
  return (await tellPeer(context, seat.name, route, message)).receipt;
}

/** A program that reports no turns: that a message was typed is all that can be known of it. */
const isSilent = ({ host }: FleetContext, roster: Roster, seat: Agent): boolean =>
  placeOf(seat, host).kind === "here" && adapterOf(roster, seat)?.reportsTurns !== true;

/** What an agent of this host has of a message; undefined where it lives on another one. */
async function knownHere(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  id: string,
): Promise<Known | undefined> {
  const route = await routeTo(context, roster, seat.name);
  return route?.kind === "home" ? knownBefore(route.context, route.roster, seat.name, id) : undefined;
}

/** A notice is posted before its message expires and has an id of its own: it is given once, however this ends. */
async function expire(context: FleetContext, roster: Roster, backlog: Backlog): Promise<Handed[]> {
  const due = (await queuedMail(backlog)).filter(({ expires_at }) => expires_at <= context.now());
  for (const mail of due) await notify(context, roster, backlog, mail);
  const { mail: expired } = await backlog.expireMail();
  for (const mail of expired) await notify(context, roster, backlog, mail);
  return expired.map(({ id, receiver, why }) => ({ id, receiver, state: "expired", why: why ?? "" }));
}

async function notify(context: FleetContext, roster: Roster, backlog: Backlog, mail: Mail): Promise<void> {
  const seat = roster.agents.find((one) => receiverOf(context, one) === mail.receiver);
  const typed = seat !== undefined && (await knownHere(context, roster, seat, mail.id))?.typed === true;
  const what = typed
    ? "It was typed, and no turn with it was seen: look before you send it again."
    : "It was not taken in its time to live.";
  await tellSender(context, backlog, mail, `has expired. ${what}`);
}

/** What waits for an agent that is taken out of the roster is delivered by nobody any more. */
export async function giveUp(context: FleetContext, seat: Agent, signal?: AbortSignal): Promise<void> {
  const receiver = receiverOf(context, seat);
  if (!(await mayWait(context, receiver))) return;
  const why = "its agent was removed";
  await using backlog = await openBacklog(context, signal);
  for (const mail of await queuedMail(backlog, receiver)) {
    await tellSender(context, backlog, mail, `has failed: ${why}.`);
    await backlog.settle({ id: mail.id, state: "failed", why });
  }
  await startCourier(context);
}

async function tellSender(context: FleetContext, backlog: Backlog, mail: Mail, what: string): Promise<void> {
  const sender = formatAddress({ host: context.host, session: POSTMASTER });
  if (mail.sender.endsWith(`:${POSTMASTER}`)) return;
  const begins = mail.text.replace(/\s+/g, " ").slice(0, QUOTED);
  await post(context, backlog, {
    id: `expired-${fingerprint(mail.id)}`,
    sender,
    // A claim is not an address.
    receiver: mail.sender.split(" ")[0] ?? mail.sender,
    text: `Your message #${mail.id} to ${mail.receiver} ${what} It began: ${JSON.stringify(begins)}`,
    ttl_seconds: NOTICE_SECONDS,
  });
}
