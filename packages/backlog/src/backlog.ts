import type { Card, CardStatus, Json, NewCard } from "./card.ts";
import type { BacklogEvent, ReclaimProof } from "./event.ts";
import type { Mail, MailState, NewMail } from "./mail.ts";
import type { NewSpend, Spend, SpendKey, SpendSum } from "./spend.ts";

/** How long a claim holds when nobody says otherwise, in seconds. */
export const DEFAULT_CLAIM_TTL_SECONDS = 900;
/** The most a page holds, and what it holds when nobody says otherwise. */
export const MAX_PAGE = 1_000;
export const DEFAULT_PAGE = 100;
/** How many cards a column of the board shows when nobody says otherwise. */
export const DEFAULT_BOARD_ROWS = 30;

export interface CardFilter {
  readonly status?: CardStatus;
  readonly phase?: string;
  readonly class?: string;
  /** Only cards that can be claimed now. */
  readonly ready_only?: boolean;
  /** Only cards that are not done. */
  readonly open_only?: boolean;
}

export interface CardPage {
  readonly cards: readonly Card[];
  /** Give it as `after` for the next page; null at the end. */
  readonly next: string | null;
}

export interface BoardColumn {
  /** `blocked`, `waiting`, `ready`, `claimed`, `done`, or a phase: null for the cards that have none. */
  readonly name: string | null;
  /** How many cards are in it. */
  readonly count: number;
  /** The first of them, in the order of a list. */
  readonly cards: readonly { readonly id: string; readonly title: string; readonly owner: string | null }[];
}

export interface ClaimRequest {
  readonly owner: string;
  /** Seconds of the store's clock. Default {@link DEFAULT_CLAIM_TTL_SECONDS}. */
  readonly ttl_seconds?: number;
  /** Made by the caller, unique per wish for a card: the same token again returns the card it won. */
  readonly claim_token?: string;
  readonly id?: string;
  readonly class?: string;
  readonly phase?: string;
}

/** Names one claim of one card. */
export interface ClaimRef {
  readonly id: string;
  readonly fence: number;
}

export interface ReclaimRequest {
  /** One card; else the claims of `owner`; else every claim that has expired. */
  readonly id?: string;
  readonly owner?: string;
  /** Default `expired`, which frees only what is. Any other proof also frees claims that have not. */
  readonly proof?: ReclaimProof;
  /** Owners known to be alive: what they hold is not freed on the proof of expiry alone. */
  readonly alive_owners?: readonly string[];
}

/** A claim that was taken back, as it was. */
export interface ReclaimedClaim {
  readonly id: string;
  readonly owner: string;
  readonly fence: number;
  readonly claim_expires_at: number;
}

export interface BacklogStats {
  readonly version: 1;
  readonly cards: number;
  readonly by_status: Readonly<Record<CardStatus, number>>;
  /** Ready cards whose dependencies are all done. */
  readonly claimable: number;
  /** Ready cards that wait for a dependency. */
  readonly waiting: number;
  /** How long the oldest claimable card has been there, in seconds; null when there is none. */
  readonly oldest_ready_age_seconds: number | null;
  readonly expired_claims: number;
  readonly done_last_hour: number;
  readonly done_last_day: number;
}

export interface DoctorFinding {
  readonly kind: "counter" | "cycle" | "lost-write";
  readonly card_id: string | null;
  /** What is wrong, as one sentence. */
  readonly message: string;
  readonly repaired: boolean;
}

export interface DoctorReport {
  readonly version: 1;
  readonly cards: number;
  readonly findings: readonly DoctorFinding[];
}

/** A card with what only the store looks at, so that a claim and its answers survive a move. */
export interface CardRecord extends Card {
  /** Of the claim there is. */
  readonly claim_token: string | null;
  /** Of the claim that completed the card; null when the operator did, or nobody. */
  readonly completed_fence: number | null;
}

/** One line of an export. The whole of them is everything the store knows. */
export type BacklogRecord =
  | { readonly version: 1; readonly kind: "card"; readonly card: CardRecord }
  | { readonly version: 1; readonly kind: "event"; readonly event: BacklogEvent }
  | { readonly version: 1; readonly kind: "mail"; readonly mail: Mail }
  | { readonly version: 1; readonly kind: "spend"; readonly spend: Spend };

export interface ImportResult {
  /** How many records of each kind are new. */
  readonly cards: number;
  readonly events: number;
  readonly mail: number;
  readonly spend: number;
  /** Cards, mail and spend that were there already and are as they were. */
  readonly existing: number;
}

/**
 * The backlog of one tenant. Operations take and return JSON, so they can go over a wire. Each is one transaction:
 * it has happened as a whole or not at all, and what was acknowledged is stored.
 *
 * Every operation may throw {@link BacklogError} `BACKLOG_INVALID` for what it was given and `BACKLOG_STORE_*` for the
 * store's trouble. After `BACKLOG_STORE_UNAVAILABLE` the outcome is unknown; asking again is safe: create repeats by
 * id, claim by token, complete by fence.
 */
export interface Backlog extends AsyncDisposable {
  readonly store: "embedded" | "server";

  /**
   * A repeated create with the same idempotency key returns the card that is there, unchanged.
   *
   * @throws {@link BacklogError} `BACKLOG_CARD_EXISTS`, `BACKLOG_DEPENDENCY_UNKNOWN`, `BACKLOG_CYCLE`.
   */
  create(card: NewCard): Promise<{ readonly card: Card; readonly created: boolean }>;
  /** @throws {@link BacklogError} `BACKLOG_CARD_UNKNOWN`. */
  show(request: { readonly id: string }): Promise<Card>;
  /**
   * In the order in which cards would be claimed: priority, then age, then id. `after` is the id of a card.
   *
   * @throws {@link BacklogError} `BACKLOG_CARD_UNKNOWN` of that one.
   */
  list(request?: CardFilter & { readonly limit?: number; readonly after?: string | null }): Promise<CardPage>;
  /** All columns, at any size of the backlog: phases in the order of their names. `limit` is per column. */
  board(request: {
    readonly by: "status" | "phase";
    readonly limit?: number;
  }): Promise<{ readonly columns: readonly BoardColumn[] }>;

  /**
   * Claims a card and never waits for another claimer.
   *
   * @returns The card, or null when there is none to claim. A card that was named is had or it is an error.
   * @throws {@link BacklogError} with `id`: `BACKLOG_CARD_UNKNOWN`, `BACKLOG_CLAIMED`, `BACKLOG_NOT_READY`.
   */
  claim(request: ClaimRequest): Promise<Card | null>;
  /**
   * Extends a claim from now on by its own time to live, or by `ttl_seconds`.
   *
   * @throws {@link BacklogError} `BACKLOG_FENCE_LOST`, which says who holds the card now: stop working; `BACKLOG_CARD_UNKNOWN`.
   */
  renew(request: ClaimRef & { readonly ttl_seconds?: number }): Promise<Card>;
  /** @throws {@link BacklogError} `BACKLOG_FENCE_LOST`, `BACKLOG_CARD_UNKNOWN`. */
  release(request: ClaimRef): Promise<Card>;
  /** @returns The claims that were freed, which may be none. @throws {@link BacklogError} `BACKLOG_CARD_UNKNOWN`. */
  reclaim(request?: ReclaimRequest): Promise<{ readonly reclaimed: readonly ReclaimedClaim[] }>;
  /**
   * Without a fence it is the operator's word and holds whoever has the card. The same fence again returns the card as it
   * is.
   *
   * @returns The card, and the cards that can be claimed because of it.
   * @throws {@link BacklogError} `BACKLOG_FENCE_LOST`, `BACKLOG_CARD_UNKNOWN`.
   */
  complete(request: {
    readonly id: string;
    readonly fence?: number;
    readonly evidence?: Json;
    readonly actual_tokens?: number | null;
  }): Promise<{ readonly card: Card; readonly freed: readonly string[] }>;
  /**
   * Takes `done` back: what depends on the card waits for it again.
   *
   * @throws {@link BacklogError} `BACKLOG_NOT_READY`, `BACKLOG_CARD_UNKNOWN`.
   */
  reopen(request: { readonly id: string }): Promise<Card>;
  /**
   * Ends the claim there is, if any; with a fence, only that one.
   *
   * @throws {@link BacklogError} `BACKLOG_FENCE_LOST`; `BACKLOG_NOT_READY` when the card is done; `BACKLOG_CARD_UNKNOWN`.
   */
  block(request: { readonly id: string; readonly fence?: number; readonly reason?: string }): Promise<Card>;
  /** @throws {@link BacklogError} `BACKLOG_NOT_READY` when the card is not blocked; `BACKLOG_CARD_UNKNOWN`. */
  unblock(request: { readonly id: string }): Promise<Card>;

  /**
   * Makes `from` depend on `to`. Safe to call twice.
   *
   * @throws {@link BacklogError} `BACKLOG_CYCLE`, which names the circle; `BACKLOG_CARD_UNKNOWN`.
   */
  link(request: { readonly from: string; readonly to: string }): Promise<Card>;
  /** Safe to call twice. @throws {@link BacklogError} `BACKLOG_CARD_UNKNOWN`. */
  unlink(request: { readonly from: string; readonly to: string }): Promise<Card>;

  stats(): Promise<BacklogStats>;
  /** The oldest first. No event with a lower `seq` appears after a page was read. */
  events(request?: {
    readonly card_id?: string;
    readonly after?: number;
    readonly limit?: number;
  }): Promise<{ readonly events: readonly BacklogEvent[]; readonly next: number | null }>;
  /** Forgets events, settled mail and spend that are older than this many seconds; with `dry_run` it only counts them. */
  prune(request: {
    readonly older_than_seconds: number;
    readonly dry_run?: boolean;
  }): Promise<{ readonly events: number; readonly mail: number; readonly spend: number }>;
  /** Compares the counters with the edges, looks for circles, writes and reads back. Changes nothing without `repair`. */
  doctor(request?: { readonly repair?: boolean }): Promise<DoctorReport>;

  /**
   * Takes all records or none, in any order, whatever ends it in the middle. An empty text counts as a line and is none. What is there already stays as it is. Claims
   * go on with their fence and time of expiry: the holder's writes are taken, and those of holders before it refused. In an
   * empty store events keep their numbers; in one with a history they come behind it. Repeating it changes nothing.
   *
   * The records wait in a file without a name in the system's temporary folder; in memory are ids and edges.
   */
  import(records: Iterable<unknown> | AsyncIterable<unknown>): Promise<ImportResult>;
  /** One consistent view of everything, in a file without a name in the temporary folder while it is read. */
  export(): AsyncIterable<BacklogRecord>;

  /** The same id again returns what is there. */
  post(mail: NewMail): Promise<{ readonly mail: Mail; readonly created: boolean }>;
  /** The oldest first; `after` is the id of a message. @throws {@link BacklogError} `BACKLOG_MAIL_UNKNOWN` of that one. */
  mail(request?: {
    readonly receiver?: string;
    readonly sender?: string;
    readonly state?: MailState;
    readonly limit?: number;
    readonly after?: string | null;
  }): Promise<{ readonly mail: readonly Mail[]; readonly next: string | null }>;
  /**
   * Says what became of a queued message. The same state again changes nothing.
   *
   * @throws {@link BacklogError} `BACKLOG_MAIL_SETTLED`, `BACKLOG_MAIL_UNKNOWN`.
   */
  settle(request: {
    readonly id: string;
    readonly state: "delivered" | "failed";
    readonly why: string;
  }): Promise<Mail>;
  /** @returns What has just run out, so that its senders can be told. */
  expireMail(): Promise<{ readonly mail: readonly Mail[] }>;

  spend(entry: NewSpend): Promise<{ readonly created: boolean }>;
  /** The largest cost first. `since` in milliseconds since the epoch. */
  spent(request: {
    readonly by: SpendKey;
    readonly since?: number;
  }): Promise<{ readonly sums: readonly SpendSum[] }>;
}

/** Who and where: stamped on every record. */
export interface BacklogIdentity {
  readonly tenantId: string;
  readonly host: string;
}
