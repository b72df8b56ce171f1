import { setTimeout as pause } from "node:timers/promises";
import { readScreen, type RuntimeAdapter } from "@mosaic/fleet-commands/runtimes";
import {
  capturePane,
  deleteBuffer,
  loadBuffer,
  pasteBuffer,
  type Pane,
  type Socket,
} from "@mosaic/fleet-commands/tmux";
import type { TurnEvent } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { adapterOf } from "../launch/launch.ts";
import { tmuxError } from "../tmux-error.ts";
import { LOOK_AGAIN_MS, appeared, screenOf, stands, type Appearing } from "./composer.ts";
import { lookBefore, type Looking } from "./look-before.ts";
import { ended, enter, pinnedCall } from "./pinned.ts";
import { awaitEvent, markEvents } from "./turn-evidence.ts";

/** Of a program whose screen we cannot read it is only known that a paste takes a moment. */
const BLIND_PAUSE_MS = 300;
/**
 * A program that starts draws its composer before it listens to Enter. Where Enter was only slow to be taken, the next one
 * finds an empty composer, behind the first in the same input, and does nothing.
 */
const ENTER_AGAIN_MS = 1_000;

/** The event that proves the message taken; undefined when there is none by then, in `performance.now()` time. */
type Evidence = (until: number) => Promise<TurnEvent | undefined>;

/** What became of one text. `typed` says whether anything entered the pane that its program may still take. */
export interface Delivery {
  readonly typed: boolean;
  readonly event: TurnEvent | undefined;
  /** The screen showed what was waited for, see `shown`. */
  readonly seen?: boolean;
  readonly why: string;
}

export interface DeliverOptions extends Appearing, Looking {
  /** Whether an event of the agent is the evidence looked for. */
  readonly proves: (event: TurnEvent) => boolean;
  /** Matches a screen that is as good as the event, where the agent reports none in time. */
  readonly shown?: RegExp | undefined;
  readonly buffer: string;
  /** Called before anything is typed: what it records is there also when this process ends in the middle. */
  readonly beforeTyping?: ((pane: Pane) => Promise<void>) | undefined;
}

/**
 * Types one text into an agent's composer and submits it: looks first, pastes, waits until the text stands in the
 * composer, presses Enter as a call of its own, and then waits for the agent's own event. Every tmux call is pinned
 * to the pane that was looked at.
 *
 * The caller holds the agent's send lock.
 *
 * @throws CoreError `TMUX_FORBIDDEN`, `TMUX_FAILED`, `PS_FAILED`. Once the text was pasted, what goes wrong is in `why`.
 */
export async function deliver(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  o: DeliverOptions,
): Promise<Delivery> {
  const refused = (why: string): Delivery => ({ typed: false, event: undefined, why });
  const socket = roster.tmux.socket_name;
  const adapter = adapterOf(roster, seat);
  for (;;) {
    const look = await lookBefore(context, roster, seat, adapter, o);
    if (typeof look === "string") return refused(look);
    const mark = await markEvents(context.home.events(seat.name));
    const evidence: Evidence = (until) => awaitEvent(mark, o.proves, until, o.signal);
    const told = (one: Delivery): Delivery =>
      look.failing === undefined ? one : { ...one, why: `${one.why}; before this, ${look.failing}` };
    if (look.standing)
      return told(await inDoubt(() => submit(context, socket, adapter, look.pane, o, evidence)));
    if (o.again === true) {
      const why = "it was typed before, and no turn with it was seen; it was not typed again";
      return { typed: true, event: undefined, why };
    }
    await o.beforeTyping?.(look.pane);
    const loaded = await context.run(loadBuffer(socket, o.buffer), { stdin: o.text });
    if (loaded.exitCode !== 0) throw tmuxError(loaded, socket, "take the message");
    const delivery = await inDoubt(() => paste(context, socket, adapter, look.pane, o, evidence));
    if (delivery) return told(delivery);
    // The pane changed between the look and the paste, and nothing was typed: look again. A paste deletes its buffer.
    await context.run(deleteBuffer(socket, o.buffer));
    if (performance.now() >= o.deadline) {
      return refused("its pane takes no input, or kept changing between the look and the paste");
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal: o.signal });
  }
}

/** From the first key on the text may have entered the pane, whatever goes wrong: that is known then, and no more. */
async function inDoubt<T>(work: () => Promise<T>): Promise<T | Delivery> {
  try {
    return await work();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { typed: true, event: undefined, why: `the text may have been typed, and then: ${what}` };
  }
}

/** @returns `undefined` when the pane changed since the look, and nothing was typed. */
async function paste(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter | undefined,
  pane: Pane,
  o: DeliverOptions,
  evidence: Evidence,
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
  evidence: Evidence,
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
  const reported = (event: TurnEvent): Delivery => typed(`the agent reported ${event.event}`, event);
  const event = await turn(context, socket, adapter, pane, o, evidence);
  if (event) return reported(event);
  if (!(await ended(context, socket, pane)))
    return typed("typed and submitted, but the agent reported no turn in time");
  const last = await evidence(o.deadline);
  // What the program had taken, without a word about it, may stand in its conversation.
  return last
    ? reported(last)
    : typed("typed and submitted, but the program in its pane ended before it reported a turn");
}

/** Waits for the turn, and presses Enter again where it was not taken: the text then stands in the composer still. */
async function turn(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter,
  pane: Pane,
  o: DeliverOptions,
  evidence: Evidence,
): Promise<TurnEvent | undefined> {
  for (;;) {
    const until = Math.min(o.deadline, performance.now() + ENTER_AGAIN_MS);
    const event = await evidence(until);
    if (event || until === o.deadline) return event;
    const screen = readScreen(adapter, await screenOf(context, socket, pane.paneId));
    if (stands(screen, o) === "alone" && !(await enter(context, socket, pane, o.deadline))) return undefined;
  }
}

const TOO_LATE: Delivery = {
  typed: false,
  event: undefined,
  why: "the program in its pane ended before the text was submitted",
};

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
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}
