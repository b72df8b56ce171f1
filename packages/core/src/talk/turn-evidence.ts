import { open, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { parseTurnEvents, type TurnEvent } from "@mosaic/fleet-model";
import { readIfPresent } from "../files.ts";

const POLL_MS = 15;

/** A place in an agent's event file: what is written after it is new. */
export interface EventMark {
  readonly path: string;
  readonly offset: number;
}

export async function markEvents(path: string): Promise<EventMark> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  return { path, offset: size };
}

/** Every event that is still kept, the oldest first. */
export async function allEvents(path: string): Promise<TurnEvent[]> {
  const texts = await Promise.all([readIfPresent(`${path}.1`), readIfPresent(path)]);
  return texts.flatMap((text) => parseTurnEvents(text ?? ""));
}

async function eventsSince({ path, offset }: EventMark): Promise<TurnEvent[]> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size === offset) return [];
  // The file was rotated meanwhile: what is new is at the end of the old one and in the new one.
  if (size < offset) return allEvents(path);
  const file = await open(path, "r").catch(() => undefined);
  // It was rotated between the two calls.
  if (!file) return allEvents(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
    return parseTurnEvents(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The first new event that `proves`; undefined when there is none by the deadline, in `performance.now()` time. */
export async function awaitEvent(
  mark: EventMark,
  proves: (event: TurnEvent) => boolean,
  deadline: number,
  signal?: AbortSignal,
): Promise<TurnEvent | undefined> {
  for (;;) {
    const found = (await eventsSince(mark)).find(proves);
    if (found || performance.now() >= deadline) return found;
    await pause(POLL_MS, undefined, { signal });
  }
}
