import { rm } from "node:fs/promises";
import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import {
  MESSAGE_ID_PATTERN,
  formatAddress,
  formatMessage,
  headerLabel,
  isFleetError,
  sanitize,
  type AgentName,
  type Receipt,
  type ReceiptVerdict,
  type TurnEvent,
} from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "./agents.ts";
import type { FleetContext } from "./context.ts";
import { deliver, type Delivery } from "./deliver.ts";
import { CoreError } from "./error.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import { rosterCommand } from "./launch.ts";
import { lock } from "./lock.ts";
import { firstPanes, readPanes } from "./observe.ts";
import { allEvents } from "./turn-evidence.ts";

/** A longer text goes to a file in the agent's inbox and is named in one line, in characters. */
const LONGEST_TYPED = 2_000;
const DEFAULT_TIMEOUT_MS = 10_000;

export interface SendOptions {
  readonly text: string;
  /** How the sender names itself. Inside an agent's pane the agent's own address stands first. */
  readonly from?: string | undefined;
  /** The caller's own id: a message whose id the agent already took is not typed again. */
  readonly id?: string | undefined;
  /** How long to look for evidence, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who a message is from: an agent is stamped by the pane it runs in, whatever it claims. */
export function senderOf(context: Pick<FleetContext, "host" | "caller">, claimed?: string): string {
  const stamp = formatAddress({ host: context.host, session: context.caller ?? "operator" });
  const label = claimed === undefined ? "" : headerLabel(claimed);
  if (label === "" || label === stamp || label === context.caller) return stamp;
  return context.caller === undefined ? label : `${stamp} claimed:${label}`;
}

/** A trailing space keeps a final `@word` from opening a file picker. */
export const closeMention = (text: string): string => (/(?:^|\s)@\S+$/.test(text) ? `${text} ` : text);

/**
 * Sends one message to one agent and says what is known of it. Never types into anything but the declared runtime,
 * and never asks for a second try.
 *
 * @throws CoreError `AGENT_UNKNOWN`, `MESSAGE_INVALID`, `TMUX_FORBIDDEN`, `TMUX_FAILED`.
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
  const id = o.id ?? context.newId().replaceAll("-", "").slice(0, 12);
  const text = checked(o.text, id);
  const from = senderOf(context, o.from);
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
  const held = await sendLock(context, name, deadline, o.signal);
  if (!held)
    return receipt("not-delivered", "another message is on its way to this agent, and nothing was typed");
  using _ = held;
  const earlier = o.id === undefined ? undefined : await takenBefore(context, roster, name, id);
  if (earlier) {
    const verdict = earlier.event === "queued" ? "queued" : "accepted";
    const why = "a message with this id was taken before; nothing was typed";
    return receipt(verdict, why, JSON.stringify(earlier));
  }
  // A program whose screen we cannot read may run each line as it comes.
  const readable = rosterCommand(roster, seat) === undefined && RUNTIMES[seat.runtime] !== undefined;
  const byFile = text.length > LONGEST_TYPED || (!readable && text.includes("\n"));
  const body = byFile ? await toInbox(context, name, id, text) : text;
  const delivery = await deliver(context, roster, seat, {
    text: closeMention(formatMessage({ from, to, id, text: body })),
    head: formatMessage({ from, to, id, text: "" }).replace(/\s+/g, ""),
    proves: (event) => event.id === id && (event.event === "turn-start" || event.event === "queued"),
    deadline,
    buffer: `mosaic-${id}`,
    signal: o.signal,
  });
  if (byFile && !delivery.typed) await rm(inboxFile(context, name, id), { force: true });
  return receipt(verdictOf(delivery), delivery.why, delivery.event ? JSON.stringify(delivery.event) : null);
}

/** A turn is proof for ever. That it was queued proves something only while the process that queued it lives. */
async function takenBefore(
  context: FleetContext,
  roster: Roster,
  name: AgentName,
  id: string,
): Promise<TurnEvent | undefined> {
  const events = (await allEvents(context.home.events(name))).filter((event) => event.id === id);
  const turn = events.find(({ event }) => event === "turn-start" || event === "turn-end");
  if (turn || events.length === 0) return turn;
  const pane = firstPanes(await readPanes(context, roster.tmux.socket_name)).get(name);
  return events.find(({ event, pid }) => event === "queued" && pid === pane?.pid);
}

/** Nothing typed is not delivered; typed without evidence is unknown: it may still be taken. */
function verdictOf({ typed, event }: Delivery): ReceiptVerdict {
  if (!typed) return "not-delivered";
  if (!event) return "unknown";
  return event.event === "queued" ? "queued" : "accepted";
}

function checked(text: string, id: string): string {
  const invalid = (message: string, hint: string): CoreError =>
    new CoreError({ code: "MESSAGE_INVALID", message, hint });
  if (!MESSAGE_ID_PATTERN.test(id)) {
    throw invalid(`${JSON.stringify(id)} is not a message id`, "Use 1 to 64 letters, digits, _, . and -.");
  }
  const clean = sanitize(text).trim();
  if (clean === "")
    throw invalid("the message is empty", "Give a text with --message, --file or on standard input (-).");
  return clean;
}

async function sendLock(
  context: FleetContext,
  name: string,
  deadline: number,
  signal?: AbortSignal,
): Promise<Disposable | undefined> {
  try {
    return await lock(
      context.home.lock(`send-${name}`),
      deadline - performance.now(),
      "the agent is being sent to",
      signal,
    );
  } catch (error) {
    if (isFleetError(error) && error.code === "LOCK_HELD") return undefined;
    throw error;
  }
}

const inboxFile = ({ home }: FleetContext, name: AgentName, id: string): string =>
  `${home.inbox(name)}/${id}.md`;

async function toInbox(context: FleetContext, name: AgentName, id: string, text: string): Promise<string> {
  const path = inboxFile(context, name, id);
  await makeFolder(context.home.inbox(name));
  await writeAtomically(path, `${text}\n`, 0o600);
  return `A message of ${String(text.length)} characters is in the file ${path} : read it and act on it.`;
}
