/**
 * One line of `fleet/run/<agent>.events`, which a runtime's own events write. The first three carry the id of
 * the message they are about and are the evidence that a send looks for.
 */
export interface TurnEvent {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  readonly pid: number;
  readonly event: "queued" | "turn-start" | "turn-end" | "cleared";
  /** The id in the header of the message, without `#`; null for what was typed by hand. */
  readonly id: string | null;
}

const EVENTS: readonly string[] = [
  "queued",
  "turn-start",
  "turn-end",
  "cleared",
] satisfies TurnEvent["event"][];

export function serializeTurnEvent(event: TurnEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** The events in `text`, in order; a line that is cut off or not an event is passed over. */
export function parseTurnEvents(text: string): TurnEvent[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const value: unknown = JSON.parse(line);
      return isTurnEvent(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isTurnEvent(value: unknown): value is TurnEvent {
  if (typeof value !== "object" || value === null) return false;
  const event: Partial<Record<keyof TurnEvent, unknown>> = value;
  return (
    event.version === 1 &&
    typeof event.ts === "number" &&
    typeof event.pid === "number" &&
    typeof event.event === "string" &&
    EVENTS.includes(event.event) &&
    (event.id === null || typeof event.id === "string")
  );
}
