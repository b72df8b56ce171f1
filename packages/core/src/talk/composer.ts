import { setTimeout as pause } from "node:timers/promises";
import { readScreen, type RuntimeAdapter, type ScreenState } from "@mosaic/fleet-commands/runtimes";
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

/** What every program draws as it is: neither white space nor what has no ASCII. Some compose letters with their accents. */
export const drawn = (text: string): string => text.normalize("NFC").replace(/[^!-~]+/g, "");

/** The text without white space, which a composer wraps and pads as it likes, and without flags: tmux 3.3a leaves halves of them. */
export const unspaced = (text: string): string => text.replace(/[\s\u{1f1e6}-\u{1f1ff}]+/gu, "");

export async function screenOf(context: FleetContext, socket: Socket, paneId: string): Promise<string> {
  return (await context.run(captureScreen(socket, paneId))).stdout;
}

/** Whether the text stands in the composer, which was empty before: all of it, or what of it is shown. Pure. */
export function stands(
  { composer, hidden, collapsed }: ScreenState,
  { head, text: whole }: Pick<Appearing, "head" | "text">,
): "alone" | "with something else" | "no" {
  if (collapsed) return "alone";
  const text = unspaced(composer ?? "");
  if (text === "") return "no";
  // A small pane does not show the whole head, and one that shows the end shows nothing of it.
  const alone =
    hidden === "above"
      ? isPart(drawn(text), drawn(whole))
      : hidden === "below"
        ? text.startsWith(head) || head.startsWith(text)
        : text.startsWith(head) && text.length <= unspaced(whole).length;
  if (alone) return "alone";
  return text.includes(head) ? "with something else" : "no";
}

/** Whether it stands in the text, or is its end in the order in which a program draws scripts from right to left. */
const isPart = (shown: string, whole: string): boolean =>
  whole.includes(shown) || sorted(shown) === sorted(whole.slice(-shown.length));

const sorted = (text: string): string => Array.from(text).sort().join("");

/** @returns `undefined` when the text stands in the composer, else why Enter must not be pressed. */
export async function appeared(
  context: FleetContext,
  socket: Socket,
  adapter: RuntimeAdapter,
  pane: Pane,
  o: Appearing,
): Promise<string | undefined> {
  const deadline = Math.max(o.deadline, performance.now() + APPEAR_MS);
  for (;;) {
    const how = stands(readScreen(adapter, await screenOf(context, socket, pane.paneId)), o);
    if (how === "alone") return undefined;
    if (how === "with something else")
      return "somebody typed into the composer at the same moment; the text stands there and was not submitted";
    if (performance.now() >= deadline)
      return "the text did not appear in the composer in time and was not submitted";
    await pause(LOOK_AGAIN_MS, undefined, { signal: o.signal });
  }
}
