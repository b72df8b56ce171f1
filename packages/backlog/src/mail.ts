export const MAIL_STATES = ["queued", "delivered", "failed", "expired"] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** One message that waits for its receiver, or what became of it. Times in milliseconds since the epoch. */
export interface Mail {
  /** Given by the sender: posting the same id again changes nothing. */
  readonly id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly text: string;
  readonly state: MailState;
  /** Why it is in that state; null while it is queued. */
  readonly why: string | null;
  readonly expires_at: number;
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly tenant_id: string;
  readonly host: string;
}

export interface NewMail {
  readonly id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly text: string;
  /** Default 86,400: a day. */
  readonly ttl_seconds?: number;
}
