import type { Json } from "./card.ts";

export const EVENT_KINDS = [
  "created",
  "imported",
  "claimed",
  "released",
  "reclaimed",
  "completed",
  "reopened",
  "blocked",
  "unblocked",
  "linked",
  "unlinked",
  "repaired",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One line of the backlog's history, which is only ever added to. */
export interface BacklogEvent {
  /** Grows; there may be gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly ts: number;
  readonly kind: EventKind;
  readonly card_id: string;
  /** Whose claim it is about; null when nobody held the card. */
  readonly owner: string | null;
  readonly fence: number;
  /** What belongs to the kind: the reason of a block, the proof of a reclaim, the other end of a link. */
  readonly detail: Json;
  readonly tenant_id: string;
  readonly host: string;
}

/** Why a claim was taken from its owner. */
export interface ReclaimProof {
  readonly kind: "expired" | "session-gone" | "boot-changed" | "operator";
  /** What was seen, as one sentence. */
  readonly detail?: string;
}
