import { setTimeout as pause } from "node:timers/promises";
import { readScreen, type RuntimeAdapter } from "@mosaic/fleet-commands/runtimes";
import { captureScreen, type Pane, type Socket } from "@mosaic/fleet-commands/tmux";
import type { FleetContext } from "../context.ts";

export const LOOK_AGAIN_MS = 25;
/** How long a paste has at the least to appear in the composer, however little is left of the send's own time. */
const APPEAR_MS = 3_000;

export interface Appearing {
  readonly text: string;
  /** What must stand in the composer before Enter: the head of the text, without white space. */
  readonly head: string;
  /** In `performance.now()` time. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/** What every program draws as it is: neither white space nor what has no ASCII. */
export const drawn = (text: string): string => text.replace(/[^!-~]+/g, "");

/** The text without white space, which a composer wraps and pads as it likes. */
export const squeezed = (text: string): string => text.replace(/\s+/g, "");

export async function screenOf(context: FleetContext, socket: Socket, paneId: string): Promise<string> {
  return (await context.run(captureScreen(socket, paneId))).stdout;
}

/** @returns `undefined` when the text stands in the composer, else why Enter must not be pressed. */
export async function appeared(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter,
  pane: Pane,
  { head, text: whole, deadline: sendDeadline, signal }: Appearing,
): Promise<string | undefined> {
  const deadline = Math.max(sendDeadline, performance.now() + APPEAR_MS);
  const longest = squeezed(whole).length;
  for (;;) {
    const { composer, hidden, collapsed } = readScreen(adapter, await screenOf(context, socket, pane.paneId));
    const text = composer === undefined ? "" : squeezed(composer);
    if (collapsed) return undefined;
    // A small pane does not show the whole head.
    if (hidden === "below" && text !== "" && (text.startsWith(head) || head.startsWith(text)))
      return undefined;
    // One that shows the end does not show the head. The composer was empty before.
    if (hidden === "above" && text !== "" && drawn(whole).includes(drawn(text))) return undefined;
    if (hidden === undefined && text.startsWith(head) && text.length <= longest) return undefined;
    if (text !== "" && text.includes(head)) {
      return "somebody typed into the composer at the same moment; the text stands there and was not submitted";
    }
    if (performance.now() >= deadline)
      return "the text did not appear in the composer in time and was not submitted";
    await pause(LOOK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
}
