import { setTimeout as pause } from "node:timers/promises";
import { RUNTIMES, readScreen, type RuntimeAdapter } from "@mosaic/fleet-commands/runtimes";
import {
  PIN_BROKEN,
  capturePane,
  captureScreen,
  deleteBuffer,
  leaveMode,
  loadBuffer,
  pasteBuffer,
  pressEnter,
  type Pane,
  type Socket,
} from "@mosaic/fleet-commands/tmux";
import type { TurnEvent } from "@mosaic/fleet-model";
import type { Argv, RunResult } from "@mosaic/fleet-process";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { isBareShell } from "../launch/declared.ts";
import { rosterCommand } from "../launch/launch.ts";
import { firstPanes, observe, readPanes } from "../observe.ts";
import { tmuxError } from "../tmux-error.ts";
import { awaitEvent, markEvents } from "./turn-evidence.ts";

const LOOK_AGAIN_MS = 25;
/** How long a paste has at the least to appear in the composer, however little is left of the send's own time. */
const APPEAR_MS = 3_000;
/** How long a text must stand in the composer to be a draft: one that was just submitted takes a redraw to go. */
const DRAFT_MS = 500;
/** Of a program whose screen we cannot read it is only known that a paste takes a moment. */
const BLIND_PAUSE_MS = 300;

/** What became of one text. `typed` says whether anything entered the pane that its program may still take. */
export interface Delivery {
  readonly typed: boolean;
  readonly event: TurnEvent | undefined;
  /** The screen showed what was waited for, see `shown`. */
  readonly seen?: boolean;
  readonly why: string;
}

export interface DeliverOptions {
  readonly text: string;
  /** What must stand in the composer before Enter: the head of the text, without white space. */
  readonly head: string;
  /** Whether an event of the agent is the evidence looked for. */
  readonly proves: (event: TurnEvent) => boolean;
  /** Matches a screen that is as good as the event, where the agent reports none in time. */
  readonly shown?: RegExp | undefined;
  /** In `performance.now()` time. */
  readonly deadline: number;
  readonly buffer: string;
  /** Called before anything is typed: what it records is there also when this process ends in the middle. */
  readonly beforeTyping?: ((pane: Pane) => Promise<void>) | undefined;
  /** Whether the text was typed into this very process before: then it is submitted where it stands, never typed. */
  readonly again?: boolean | undefined;
  /** Whether what stands in the composer, without white space, was typed by an earlier send and never submitted. */
  readonly leftBehind?: ((composer: string) => Promise<boolean>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The text without white space, which a composer wraps and pads as it likes. */
export const squeezed = (text: string): string => text.replace(/\s+/g, "");

/**
 * Types one text into an agent's composer and submits it: looks first, pastes, waits until the text stands in the
 * composer, presses Enter as a call of its own, and then waits for the agent's own event. Every tmux call is pinned
 * to the pane that was looked at.
 *
 * The caller holds the agent's send lock.
 */
export async function deliver(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  o: DeliverOptions,
): Promise<Delivery> {
  const refused = (why: string): Delivery => ({ typed: false, event: undefined, why });
  const socket = roster.tmux.socket_name;
  const adapter = rosterCommand(roster, seat) === undefined ? RUNTIMES[seat.runtime] : undefined;
  for (;;) {
    const look = await lookBefore(context, roster, seat, adapter, o);
    if (typeof look === "string") return refused(look);
    const mark = await markEvents(context.home.events(look.name));
    const evidence = (): Promise<TurnEvent | undefined> => awaitEvent(mark, o.proves, o.deadline, o.signal);
    if (look.standing) return submit(context, socket, adapter, look.pane, o, evidence);
    if (o.again === true) {
      const why = "it was typed before, and no turn with it was seen; it was not typed again";
      return { typed: true, event: undefined, why };
    }
    await o.beforeTyping?.(look.pane);
    const loaded = await context.run(loadBuffer(socket, o.buffer), { stdin: o.text });
    if (loaded.exitCode !== 0) throw tmuxError(loaded, socket, "take the message");
    let delivery: Delivery | undefined;
    try {
      delivery = await paste(context, socket, adapter, look.pane, o, evidence);
    } catch (error) {
      // From the paste on the text may have entered the pane, whatever went wrong: that is known, and no more.
      const what = error instanceof Error ? error.message : String(error);
      delivery = { typed: true, event: undefined, why: `the text may have been typed, and then: ${what}` };
    } finally {
      // A paste deletes its buffer; where there was none, the text is not left behind on the server.
      if (delivery === undefined) await context.run(deleteBuffer(socket, o.buffer));
    }
    if (delivery) return delivery;
    // The pane changed between the look and the paste, and nothing was typed: look again.
    if (performance.now() >= o.deadline) {
      return refused("its pane takes no input, or kept changing between the look and the paste");
    }
    await pause(LOOK_AGAIN_MS, undefined, o.signal ? { signal: o.signal } : {});
  }
}

/** @returns `undefined` when the pane changed since the look, and nothing was typed. */
async function paste(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter | undefined,
  pane: Pane,
  o: DeliverOptions,
  evidence: () => Promise<TurnEvent | undefined>,
): Promise<Delivery | undefined> {
  const pasted = await pinnedCall(context, socket, pasteBuffer(socket, pane, o.buffer));
  return pasted === "done" ? submit(context, socket, adapter, pane, o, evidence) : undefined;
}

/** Presses Enter once the text stands in the composer alone, and waits for the evidence. */
async function submit(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter | undefined,
  pane: Pane,
  o: DeliverOptions,
  evidence: () => Promise<TurnEvent | undefined>,
): Promise<Delivery> {
  const typed = (why: string, event?: TurnEvent): Delivery => ({ typed: true, event, why });
  if (adapter) {
    const seen = await appeared(context, socket, adapter, pane, o);
    if (seen !== undefined) return (await ended(context, socket, pane)) ? TOO_LATE : typed(seen);
  } else await pause(BLIND_PAUSE_MS);
  if (!(await enter(context, socket, pane, o.deadline))) {
    if (await ended(context, socket, pane)) return TOO_LATE;
    return typed("the pane changed after the text was typed; Enter was not pressed");
  }
  if (!adapter?.reportsTurns)
    return typed("this program reports no turns, so there is no evidence to look for");
  if (o.shown && (await shows(context, socket, pane, o.shown, o)))
    return { typed: true, event: undefined, seen: true, why: "its screen shows it" };
  let event = await evidence();
  if (!event && (await ended(context, socket, pane))) {
    event = await evidence();
    if (!event) return TOO_LATE;
  }
  return typed(
    event
      ? `the agent reported ${event.event}`
      : "typed and submitted, but the agent reported no turn in time",
    event,
  );
}

const TOO_LATE: Delivery = {
  typed: false,
  event: undefined,
  why: "the program in its pane ended before it began a turn with the text",
};

/** Whether the program that was typed to is gone, and what it had not taken with it. */
async function ended(context: FleetContext, socket: Socket, pane: Pane): Promise<boolean> {
  const now = (await readPanes(context, socket)).find(({ paneId }) => paneId === pane.paneId);
  return now?.pid !== pane.pid || now.dead || now.server.startTime !== pane.server.startTime;
}

async function shows(
  context: FleetContext,
  socket: Socket,
  pane: Pane,
  wanted: RegExp,
  { deadline, signal }: DeliverOptions,
): Promise<boolean> {
  for (;;) {
    const { stdout } = await context.run(capturePane(socket, pane.paneId, 0));
    if (wanted.test(stdout)) return true;
    if (performance.now() >= deadline) return false;
    await pause(LOOK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
}

/** Presses Enter in that very pane, also when somebody has begun to scroll in it meanwhile. */
async function enter(context: FleetContext, socket: Socket, pane: Pane, deadline: number): Promise<boolean> {
  for (;;) {
    if ((await pinnedCall(context, socket, pressEnter(socket, pane))) === "done") return true;
    const now = (await readPanes(context, socket)).find(({ paneId }) => paneId === pane.paneId);
    if (now?.pid !== pane.pid || !now.inMode || performance.now() >= deadline) return false;
    await context.run(leaveMode(socket, pane.paneId));
  }
}

/** @returns `undefined` when the text stands in the composer, else why Enter must not be pressed. */
async function appeared(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter,
  pane: Pane,
  { head, text: whole, deadline: sendDeadline, signal }: DeliverOptions,
): Promise<string | undefined> {
  const deadline = Math.max(sendDeadline, performance.now() + APPEAR_MS);
  const longest = squeezed(whole).length;
  for (;;) {
    const { composer, cut, collapsed } = readScreen(adapter, await screenOf(context, socket, pane.paneId));
    const text = composer === undefined ? "" : squeezed(composer);
    if (collapsed) return undefined;
    // A small pane does not show the whole head.
    if (cut ? text !== "" && (text.startsWith(head) || head.startsWith(text)) : text.startsWith(head)) {
      if (cut || text.length <= longest) return undefined;
    }
    if (text !== "" && text.includes(head)) {
      return "somebody typed into the composer at the same moment; the text stands there and was not submitted";
    }
    if (performance.now() >= deadline)
      return "the text did not appear in the composer in time and was not submitted";
    await pause(LOOK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
}

interface Look {
  readonly name: Parameters<FleetContext["home"]["events"]>[0];
  readonly pane: Pane;
  /** The text stands in the composer already. */
  readonly standing: boolean;
}

/**
 * Looks until the agent can take a text. An agent that is only starting is waited for.
 *
 * @returns Why nothing may be typed, as a sentence, when it cannot.
 */
async function lookBefore(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  adapter: RuntimeAdapter | undefined,
  o: DeliverOptions,
): Promise<Look | string> {
  const { deadline, signal } = o;
  const socket = roster.tmux.socket_name;
  let draftSince: number | undefined;
  let freed = false;
  for (;;) {
    const { facts, panes } = await observe(context, { ...roster, agents: [seat] });
    const agent = facts.agents[0];
    const pane = firstPanes(panes).get(seat.name);
    if (agent?.elsewhere) return `the seat lives elsewhere: ${agent.elsewhere}`;
    if (!agent?.session || !pane) return "it has no session: it is not running";
    if (!agent.session.ours) return "its session was not started by this fleet";
    if (agent.readiness === "dead") return "the program in its pane has ended";
    // Not listed any more: it is ending, or it has ended and tmux has not noticed yet.
    if (!agent.process) return "the program in its pane is not there any more";
    if (!agent.process.declared) return `its pane runs ${agent.process.command}, not ${seat.runtime}`;
    if (agent.readiness === "stuck") return `it is blocked: ${agent.heartbeat?.reason ?? "no reason given"}`;
    if (pane.inMode) await context.run(leaveMode(socket, pane.paneId));
    else {
      const { name } = seat;
      if (!adapter) {
        // Of a program that we cannot read, only what is in the foreground is known.
        const shell = isBareShell(pane.currentCommand) && !isBareShell(rosterCommand(roster, seat) ?? "");
        if (shell) return `a shell is in the foreground of its pane: ${pane.currentCommand}`;
        return { name, pane, standing: false };
      }
      const { composer, dialog } = readScreen(adapter, await screenOf(context, socket, pane.paneId));
      if (dialog !== undefined) return `a dialog is open: ${dialog}`;
      if (composer === "") return { name, pane, standing: false };
      const draft = squeezed(composer ?? "");
      if (o.again === true && draft.startsWith(o.head)) return { name, pane, standing: true };
      if (!freed && draft !== "" && (await o.leftBehind?.(draft)) === true) {
        freed = true;
        await enter(context, socket, pane, deadline);
        draftSince = undefined;
        continue;
      }
      if (composer === undefined) draftSince = undefined;
      else draftSince ??= performance.now();
      if (composer !== undefined && performance.now() - (draftSince ?? 0) > DRAFT_MS) {
        return `a draft stands in its composer: ${JSON.stringify(composer.slice(0, 60))}`;
      }
    }
    if (performance.now() >= deadline) return "its composer did not show in time";
    await pause(LOOK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
}

async function screenOf(context: FleetContext, socket: Socket, paneId: string): Promise<string> {
  return (await context.run(captureScreen(socket, paneId))).stdout;
}

async function pinnedCall(context: FleetContext, socket: Socket, argv: Argv): Promise<"done" | "broken"> {
  const result: RunResult = await context.run(argv);
  // A pane or server that is gone fails the call; one that changed prints the word instead of acting.
  return result.exitCode === 0 && !result.stdout.includes(PIN_BROKEN) ? "done" : "broken";
}
