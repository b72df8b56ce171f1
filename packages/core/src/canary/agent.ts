import { CANARY } from "@mosaic/fleet-commands/runtimes";
import { parseMessage, type HeartbeatState, type Message, type TurnEvent } from "@mosaic/fleet-model";
import { HELP, parseCommand } from "./command.ts";
import { cut } from "./text.ts";

/** One entry of the transcript. */
export type Entry =
  | {
      readonly kind: "message";
      readonly header: string | undefined;
      readonly text: string;
      /** What became of it, when it was not taken at once. */
      readonly remark?: string;
    }
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "note"; readonly text: string };

/** What the agent asks its surroundings to do, in this order. */
export type Effect =
  | { readonly kind: "show"; readonly entry: Entry }
  | { readonly kind: "report"; readonly state: HeartbeatState; readonly reason: string | null }
  | { readonly kind: "event"; readonly event: TurnEvent["event"]; readonly id: string | null }
  | { readonly kind: "wait" | "deafen"; readonly ms: number }
  | { readonly kind: "new-session" }
  | { readonly kind: "leave"; readonly code: number }
  | { readonly kind: "crash" };

export type Input =
  | { readonly kind: "submitted"; readonly text: string }
  /** The time of a `wait` is over. */
  | { readonly kind: "waited" }
  | { readonly kind: "chosen"; readonly allowed: boolean };

interface Turn {
  readonly id: string | null;
  /** What is answered when the wait is over. */
  readonly answer: string;
}

interface Submission {
  /** Undefined for what has no header: typed by hand. */
  readonly message: Message | undefined;
  readonly text: string;
}

export interface Agent {
  readonly state: HeartbeatState;
  /** What the open dialog asks. */
  readonly dialog: string | null;
  readonly turn: Turn | undefined;
  readonly queue: readonly Submission[];
  /** The turns of this conversation. */
  readonly turns: number;
  /** The ids that were taken, the oldest first. */
  readonly seen: ReadonlySet<string>;
  readonly muted: boolean;
}

const MAX_SEEN = 10_000;
const MAX_QUEUE = 1_000;
const QUOTE_CELLS = 60;

export const NEW_AGENT: Agent = {
  state: "idle",
  dialog: null,
  turn: undefined,
  queue: [],
  turns: 0,
  seen: new Set(),
  muted: false,
};

export interface Step {
  readonly agent: Agent;
  readonly effects: readonly Effect[];
}

const show = (entry: Entry): Effect => ({ kind: "show", entry });
const note = (text: string): Effect => show({ kind: "note", text });
const answer = (text: string): Effect => show({ kind: "answer", text });

/** What the agent does about one input. */
export function step(agent: Agent, input: Input): Step {
  switch (input.kind) {
    case "submitted":
      return submitted(agent, input.text);
    case "waited":
      return agent.turn && agent.dialog === null
        ? goOn(endTurn(agent, agent.turn.answer))
        : { agent, effects: [] };
    case "chosen": {
      if (agent.dialog === null) return { agent, effects: [] };
      const said = `${input.allowed ? "Allowed" : "Denied"}: ${agent.dialog}`;
      return goOn(endTurn({ ...agent, dialog: null }, said));
    }
  }
}

function submitted(agent: Agent, text: string): Step {
  const message = parseMessage(text);
  const submission: Submission = { message, text: message?.text ?? text };
  if (submission.text.trim() === "" && !message) return { agent, effects: [] };
  if (message && agent.seen.has(message.id)) {
    return { agent, effects: [note(`#${message.id} was taken before and is not done again`)] };
  }
  if (agent.queue.length >= MAX_QUEUE)
    return { agent, effects: [note("the queue is full; this was not taken")] };
  const header = message && text.slice(0, text.length - message.text.length).trimEnd();
  const echo: Entry = { kind: "message", header, text: submission.text };
  const taken = message ? { ...agent, seen: withId(agent.seen, message.id) } : agent;
  if (agent.state === "idle")
    return prepend([show(echo)], goOn({ agent: { ...taken, queue: [submission] }, effects: [] }));
  const queue = [...taken.queue, submission];
  const queued: Effect[] = isClear(submission)
    ? []
    : [{ kind: "event", event: "queued", id: message?.id ?? null }];
  return {
    agent: { ...taken, queue },
    effects: [
      ...reported(agent, queued),
      show({ ...echo, remark: `queued, number ${String(queue.length)} in line` }),
    ],
  };
}

function withId(seen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(seen).add(id);
  for (const oldest of next) {
    if (next.size <= MAX_SEEN) break;
    next.delete(oldest);
  }
  return next;
}

const prepend = (effects: readonly Effect[], { agent, effects: more }: Step): Step => ({
  agent,
  effects: [...effects, ...more],
});

/** A muted agent says nothing to anybody but the screen. */
const reported = (agent: Agent, effects: readonly Effect[]): readonly Effect[] =>
  agent.muted ? [] : effects;

const isClear = ({ message, text }: Submission): boolean =>
  message === undefined && text.trim() === CANARY.clearCommand;

/** Takes from the queue until a turn needs time or a choice, or the agent leaves. */
function goOn({ agent, effects }: Step): Step {
  let now = agent;
  const all = [...effects];
  for (;;) {
    const [first, ...queue] = now.queue;
    const leaving = all.some(({ kind }) => kind === "leave" || kind === "crash");
    if (first === undefined || now.state !== "idle" || leaving) return { agent: now, effects: all };
    const next = isClear(first) ? clear({ ...now, queue }) : takeTurn({ ...now, queue }, first);
    now = next.agent;
    all.push(...next.effects);
  }
}

function clear(agent: Agent): Step {
  const effects = reported(agent, [
    { kind: "report", state: "idle", reason: null },
    { kind: "event", event: "cleared", id: null },
  ]);
  return {
    agent: { ...agent, turns: 0 },
    effects: [{ kind: "new-session" }, ...effects, note("context cleared: the conversation starts anew")],
  };
}

function takeTurn(before: Agent, { message, text }: Submission): Step {
  const command = parseCommand(text);
  const id = message?.id ?? null;
  const heard = command.kind === "unmute" ? { ...before, muted: false } : before;
  const agent: Agent = { ...heard, state: "busy", turns: heard.turns + 1, turn: { id, answer: "" } };
  const started = reported(agent, [
    { kind: "report", state: "busy", reason: null },
    { kind: "event", event: "turn-start", id },
  ]);
  const said = (words: string): Step => prepend(started, endTurn(agent, words));
  switch (command.kind) {
    case "say":
      return said(reply(agent.turns, message, text));
    case "help":
      return said(HELP);
    case "usage":
      return said(command.usage);
    case "status":
      return said(statusText(agent));
    case "mute": {
      const ended = said("Muted: from here on I report nothing, and go on working.");
      return { ...ended, agent: { ...ended.agent, muted: true } };
    }
    case "unmute":
      return said("I report again.");
    case "deaf":
      return prepend(
        [{ kind: "deafen", ms: command.ms }],
        said(`I take no Enter for ${duration(command.ms)}.`),
      );
    case "exit":
      return prepend(said(`Leaving with status ${String(command.code)}.`).effects, {
        agent: { ...agent, state: "idle", turn: undefined },
        effects: [{ kind: "leave", code: command.code }],
      });
    case "crash":
      return { agent, effects: [...started, answer("Crashing, as asked."), { kind: "crash" }] };
    case "slow": {
      const turn = { id, answer: `Turn ${String(agent.turns)}: done, after ${duration(command.ms)}.` };
      return { agent: { ...agent, turn }, effects: [...started, { kind: "wait", ms: command.ms }] };
    }
    case "block": {
      const blocked = reported(agent, [{ kind: "report", state: "blocked", reason: command.reason }]);
      return {
        agent: { ...agent, state: "blocked", dialog: command.reason },
        effects: [...started, ...blocked],
      };
    }
  }
}

function endTurn(agent: Agent, words: string): Step {
  const ended = reported(agent, [
    { kind: "event", event: "turn-end", id: agent.turn?.id ?? null },
    { kind: "report", state: "idle", reason: null },
  ]);
  return { agent: { ...agent, state: "idle", turn: undefined }, effects: [answer(words), ...ended] };
}

const REMARKS = [
  "Without a model I have no opinion, but it arrived whole.",
  "Noted. Rules only here: ask for help to see what they do.",
  "Received and understood, as far as a rule understands.",
  "All here. A larger bird would have more to say.",
] as const;

/** @returns The same words for the same turn and text, always. */
function reply(turn: number, message: Message | undefined, text: string): string {
  const lines = text.trim().split("\n");
  const quote = cut(lines[0] ?? "", QUOTE_CELLS);
  const length =
    lines.length === 1
      ? ""
      : ` and ${String(lines.length - 1)} more ${lines.length === 2 ? "line" : "lines"}`;
  const remark = REMARKS[(turn - 1) % REMARKS.length] ?? REMARKS[0];
  const whom = message ? `, to ${cut(message.from, QUOTE_CELLS)}` : "";
  return `Turn ${String(turn)}${whom}: I read “${quote}”${length}. ${remark}`;
}

function statusText({ turns, queue, muted, seen }: Agent): string {
  const reports = muted ? "muted, reporting nothing" : "reporting turns and heartbeats";
  return `Turn ${String(turns)}; ${String(queue.length)} queued; ${String(seen.size)} message ids known; ${reports}.`;
}

const duration = (ms: number): string =>
  ms < 1_000 ? `${String(ms)} ms` : `${String(Math.round(ms / 100) / 10)} s`;
