export const RECEIPT_VERDICTS = ["accepted", "queued", "not-delivered", "unknown"] as const;
export type ReceiptVerdict = (typeof RECEIPT_VERDICTS)[number];

/** What is known about one message after the sender stopped looking. Never a reason to send it again. */
export interface Receipt {
  readonly version: 1;
  readonly verdict: ReceiptVerdict;
  /** The message's id, as it stands in the header. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Why the verdict is what it is, as one sentence. */
  readonly why: string;
  /** What proves it; null when there is no proof. */
  readonly evidence: string | null;
  readonly elapsed_ms: number;
}
