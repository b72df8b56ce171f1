export const CARD_STATUSES = ["ready", "claimed", "blocked", "done"] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One independently shippable unit of work. Every time is in milliseconds since the epoch, by the store's clock. */
export interface Card {
  readonly id: string;
  readonly title: string;
  readonly body: string | null;
  /** Board column or milestone: free text. */
  readonly phase: string | null;
  /** The persona class that should do it. */
  readonly class: string | null;
  /** Higher is sooner. */
  readonly priority: number;
  readonly status: CardStatus;
  /** In the order of their ids. */
  readonly depends_on: readonly string[];
  /** How many of `depends_on` are not done: a ready card with 0 can be claimed. */
  readonly unmet_deps: number;
  readonly claim_owner: string | null;
  readonly claim_ttl_seconds: number | null;
  readonly claimed_at: number | null;
  readonly claim_expires_at: number | null;
  /** Grows with every claim of the card; 0 before the first. */
  readonly fence: number;
  /** Counts claims. */
  readonly attempts: number;
  readonly idempotency_key: string | null;
  readonly acceptance: Json;
  /** What `complete` brought. */
  readonly evidence: Json;
  readonly projected_tokens: number | null;
  readonly actual_tokens: number | null;
  readonly tenant_id: string;
  readonly host: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What a caller says about a new card; the rest has defaults. */
export interface NewCard {
  /** 1 to 128 letters, digits, `.`, `_`, `:`, `/` and `-`, beginning with a letter or a digit. */
  readonly id: string;
  readonly title: string;
  readonly body?: string | null;
  readonly phase?: string | null;
  readonly class?: string | null;
  readonly priority?: number;
  readonly depends_on?: readonly string[];
  readonly acceptance?: Json;
  readonly idempotency_key?: string | null;
  readonly projected_tokens?: number | null;
}
