import type { Backlog } from "@mosaic/fleet-core";

type BacklogEvent = Awaited<ReturnType<Backlog["events"]>>["events"][number];

/** All that became of a card, the oldest first. */
export async function eventsOf(backlog: Backlog, card_id: string): Promise<BacklogEvent[]> {
  const all: BacklogEvent[] = [];
  for (let after = 0; ;) {
    const { events, next } = await backlog.events({ card_id, after });
    all.push(...events);
    if (next === null) return all;
    after = next;
  }
}
