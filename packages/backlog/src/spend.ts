/** What one turn, or one run, cost. */
export interface Spend {
  /** Given by the caller: recording the same id again changes nothing. */
  readonly id: string;
  readonly agent: string;
  readonly card_id: string | null;
  readonly account: string | null;
  readonly model: string | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Millionths of a US dollar, so that sums are exact. */
  readonly cost_micros: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly ts: number;
  readonly tenant_id: string;
  readonly host: string;
}

export interface NewSpend {
  readonly id: string;
  readonly agent: string;
  readonly card_id?: string | null;
  readonly account?: string | null;
  readonly model?: string | null;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cost_micros?: number;
}

export const SPEND_KEYS = ["agent", "card_id", "account", "model"] as const;
export type SpendKey = (typeof SPEND_KEYS)[number];

export interface SpendSum {
  /** The value of the key that was summed by; null where entries have none. */
  readonly key: string | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micros: number;
  readonly entries: number;
}
