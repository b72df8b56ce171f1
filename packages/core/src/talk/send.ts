import { rm } from "node:fs/promises";
import {
  MESSAGE_ID_PATTERN,
  formatAddress,
  formatMessage,
  sanitize,
  type AgentName,
  type Receipt,
  type ReceiptVerdict,
  type TurnEvent,
} from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { unspaced } from "./composer.ts";
import { deliver, type Delivery } from "./deliver.ts";
import { CoreError } from "../error.ts";
import { inboxFile, toInbox } from "./inbox.ts";
import { adapterOf } from "../launch/launch.ts";
import { sendLock } from "../send-lock.ts";
import { paneOf } from "../panes.ts";
import { originOf, senderOf } from "./sender.ts";
import { allEvents } from "./turn-evidence.ts";
import { printOf, recordTyped, typedInto } from "./typed.ts";

/** A longer text goes to a file in the agent's inbox and is named in one line, in characters. */
const LONGEST_TYPED = 2_000;
export const DEFAULT_TIMEOUT_MS = 10_000;

export interface SendOptions {
  readonly text: string;
  /** How the sender names itself. Inside an agent's pane the agent's own address stands first. */
  readonly from?: string | undefined;
  /** Who it is from, where that was found out already; `from` is then not looked at. */
  readonly sender?: string | undefined;
  /** The caller's own id: a message whose id the agent already took is not typed again. */
  readonly id?: string | undefined;
  /** How long to look for evidence, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A message whose id and sender are settled. */
export interface Message extends SendOptions {
  readonly id: string;
  readonly sender: string;
  /** What cannot be delivered now waits in the agent's mailbox for so many seconds. */
  readonly queueSeconds?: number | undefined;
}

/**
 * A trailing space keeps a final `@word` or `$word` from opening a picker, in which Enter would put another word into its
 * place, and a final `\` from turning Enter into the end of a line.
 */
export const closed = (text: string): string => (/(?:^|\s)[@$]\S*$|\\$/.test(text) ? `${text} ` : text);

/**
 * Sends one message to one agent and says what is known of it. Never types into anything but the declared runtime,
 * and never asks for a second try.
 *
 * @throws CoreError `AGENT_UNKNOWN`, `MESSAGE_INVALID`, `WRITE_FAILED`, and as {@link deliver} does.
 */
export async function send(
  context: FleetContext,
  roster: Roster,
  agent: string,
  o: SendOptions,
): Promise<Receipt> {
  const began = performance.now();
  const deadline = began + (o.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const { name, seat } = seatOf(roster, agent);
  const id = o.id ?? newMessageId(context);
  const text = checkedText(o.text, id);
  const from = o.sender ?? senderOf(await originOf(context, roster), roster, o.from);
  const to = formatAddress({ host: seat.host ?? context.host, session: name });
  const receipt = (verdict: ReceiptVerdict, why: string, evidence: string | null = null): Receipt => {
    return {
      version: 1,
      verdict,
      id,
      from,
      to,
      why,
      evidence,
      elapsed_ms: Math.round(performance.now() - began),
    };
  };
  using held = await sendLock(context, name, deadline - performance.now(), o.signal);
  if (!held)
    return receipt(
      "not-delivered",
      "another message is on its way to this agent, or it is being restarted; nothing was typed",
    );
  const known = await knownBefore(context, roster, name, o.id);
  if (known.event) {
    const verdict = known.event.event === "queued" ? "queued" : "accepted";
    const why = "a message with this id was taken before; nothing was typed";
    return receipt(verdict, why, JSON.stringify(known.event));
  }
  // A program whose screen we cannot read may run each line as it comes.
  const readable = adapterOf(roster, seat) !== undefined;
  const byFile = text.length > LONGEST_TYPED || (!readable && text.includes("\n"));
  const body = byFile ? await toInbox(context, name, id, text) : text;
  const whole = closed(formatMessage({ from, to, id, text: body }));
  const delivery = await deliver(context, roster, seat, {
    text: whole,
    head: unspaced(formatMessage({ from, to, id, text: "" })),
    proves: (event) => event.id === id && (event.event === "turn-start" || event.event === "queued"),
    deadline,
    buffer: `mosaic-${id}`,
    again: known.typed,
    leftBehind: known.leftBehind,
    beforeTyping: ({ pid }) => recordTyped(context.home.typed(name), id, pid, whole),
    signal: o.signal,
  });
  const typed = delivery.typed || known.typed;
  if (byFile && !typed) await rm(inboxFile(context, name, id), { force: true });
  const evidence = delivery.event ? JSON.stringify(delivery.event) : null;
  return receipt(verdictOf({ ...delivery, typed }), delivery.why, evidence);
}

export const newMessageId = ({ newId }: FleetContext): string => newId().replaceAll("-", "").slice(0, 12);

export interface Known {
  /** The agent's own word about a message of this id. */
  readonly event: TurnEvent | undefined;
  /** Whether it was typed into the program that runs now. */
  readonly typed: boolean;
  /** Whether a text without white space was typed into that program and no turn with it is known. */
  readonly leftBehind: (text: string) => Promise<boolean>;
}

/** A turn is proof for ever. What was queued, or only typed, counts only while the process lives that has it. */
export async function knownBefore(
  context: FleetContext,
  roster: Roster,
  name: AgentName,
  id: string | undefined,
): Promise<Known> {
  const pane = await paneOf(context, roster.tmux.socket_name, name);
  const typed = pane ? await typedInto(context.home.typed(name), pane.pid) : [];
  const events = (): Promise<TurnEvent[]> => allEvents(context.home.events(name));
  const mine = id === undefined ? [] : (await events()).filter((event) => event.id === id);
  return {
    event:
      mine.find(({ event }) => event === "turn-start" || event === "turn-end") ??
      mine.find(({ event, pid }) => event === "queued" && pid === pane?.pid),
    typed: id !== undefined && typed.some((one) => one.id === id),
    leftBehind: async (text) => {
      const print = printOf(text);
      const same = typed.filter((one) => one.print === print);
      if (same.length === 0) return false;
      const taken = new Set((await events()).map((event) => event.id));
      return same.some((one) => !taken.has(one.id));
    },
  };
}

/** Nothing typed is not delivered; typed without evidence is unknown: it may still be taken. */
function verdictOf({ typed, event }: Delivery): ReceiptVerdict {
  if (!typed) return "not-delivered";
  if (!event) return "unknown";
  return event.event === "queued" ? "queued" : "accepted";
}

/** The text as it may enter a pane. @throws CoreError `MESSAGE_INVALID`. */
export function checkedText(text: string, id: string): string {
  const invalid = (message: string, hint: string): CoreError =>
    new CoreError({ code: "MESSAGE_INVALID", message, hint });
  if (!MESSAGE_ID_PATTERN.test(id)) {
    throw invalid(
      `${JSON.stringify(id)} is not a message id`,
      "Use 1 to 64 letters, digits, _, . and -, beginning with a letter or a digit.",
    );
  }
  const clean = sanitize(text).trim();
  if (clean === "")
    throw invalid("the message is empty", "Give a text with --message, --file or on standard input (-).");
  return clean;
}
