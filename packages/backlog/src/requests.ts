import type { Backlog } from "./backlog.ts";
import {
  age,
  among,
  count,
  fence,
  flag,
  id,
  jsonValue,
  label,
  listOf,
  object,
  orNull,
  pageSize,
  priority,
  problems,
  refuse,
  seconds,
  status,
  text,
  time,
  title,
  type Checks,
} from "./check.ts";
import { MAIL_STATES } from "./mail.ts";
import { SPEND_KEYS } from "./spend.ts";

/** The operations that take and return one JSON value: what a wire carries. */
export type BacklogOperation = Exclude<keyof Backlog, "store" | "import" | "export" | symbol>;

interface RequestShape {
  readonly checks: Checks;
  readonly required: readonly string[];
}

const shape = (required: readonly string[], checks: Checks): RequestShape => ({ checks, required });
const claim = { id, fence };

export const NEW_CARD: Checks = {
  id,
  title,
  body: orNull(text),
  phase: orNull(label),
  class: orNull(label),
  priority,
  depends_on: listOf(id, 1_000),
  acceptance: jsonValue,
  idempotency_key: orNull(label),
  projected_tokens: orNull(count),
};

/** What each operation takes. */
export const SHAPES: Readonly<Record<BacklogOperation, RequestShape>> = {
  create: shape(["id", "title"], NEW_CARD),
  show: shape(["id"], { id }),
  list: shape([], {
    status,
    phase: label,
    class: label,
    ready_only: flag,
    open_only: flag,
    limit: pageSize,
    after: orNull(id),
  }),
  board: shape(["by"], { by: among(["status", "phase"]), limit: pageSize }),
  claim: shape(["owner"], {
    owner: label,
    ttl_seconds: seconds,
    claim_token: label,
    id,
    class: label,
    phase: label,
  }),
  renew: shape(["id", "fence"], { ...claim, ttl_seconds: seconds }),
  release: shape(["id", "fence"], claim),
  reclaim: shape([], {
    id,
    owner: label,
    proof: object({ kind: among(["expired", "session-gone", "boot-changed", "operator"]), detail: text }, [
      "kind",
    ]),
    alive_owners: listOf(label, 10_000),
  }),
  complete: shape(["id"], { ...claim, evidence: jsonValue, actual_tokens: orNull(count) }),
  reopen: shape(["id"], { id }),
  block: shape(["id"], { ...claim, reason: text }),
  unblock: shape(["id"], { id }),
  link: shape(["from", "to"], { from: id, to: id }),
  unlink: shape(["from", "to"], { from: id, to: id }),
  stats: shape([], {}),
  events: shape([], { card_id: id, after: count, limit: pageSize }),
  prune: shape(["older_than_seconds"], { older_than_seconds: age, dry_run: flag }),
  doctor: shape([], { repair: flag }),
  post: shape(["id", "sender", "receiver", "text"], {
    id,
    sender: label,
    receiver: label,
    text,
    ttl_seconds: seconds,
  }),
  mail: shape([], {
    receiver: label,
    sender: label,
    state: among(MAIL_STATES),
    limit: pageSize,
    after: orNull(id),
  }),
  settle: shape(["id", "state", "why"], { id, state: among(["delivered", "failed"]), why: text }),
  expireMail: shape([], {}),
  spend: shape(["id", "agent"], {
    id,
    agent: label,
    card_id: orNull(id),
    account: orNull(label),
    model: orNull(label),
    input_tokens: count,
    output_tokens: count,
    cost_micros: count,
  }),
  spent: shape(["by"], { by: among(SPEND_KEYS), since: time }),
};

/** @throws {@link BacklogError} `BACKLOG_INVALID`, naming everything that is wrong with a request. */
export function checkRequest(operation: BacklogOperation, request: unknown = {}): void {
  const { checks, required } = SHAPES[operation];
  refuse(operation, problems(checks, required, request));
}

/** Whether a word from a wire names an operation. */
export function isBacklogOperation(word: string): word is BacklogOperation {
  return Object.hasOwn(SHAPES, word);
}
