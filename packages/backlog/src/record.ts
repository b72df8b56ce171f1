import type { CardRecord } from "./backlog.ts";
import type { NewCard } from "./card.ts";
import {
  among,
  attempts,
  count,
  fence,
  id,
  jsonValue,
  label,
  numberFrom,
  orNull,
  problems,
  seconds,
  status,
  text,
  time,
  type Checks,
} from "./check.ts";
import { EVENT_KINDS, type BacklogEvent } from "./event.ts";
import { MAIL_STATES, type Mail } from "./mail.ts";
import { NEW_CARD } from "./requests.ts";
import type { Spend } from "./spend.ts";

/** A card as an export wrote it, or as a person did. */
type ImportedCard = NewCard & Partial<CardRecord>;
/** One line of an import. */
export type ImportedRecord =
  | { readonly kind: "card"; readonly card: ImportedCard }
  | { readonly kind: "event"; readonly event: BacklogEvent }
  | { readonly kind: "mail"; readonly mail: Mail }
  | { readonly kind: "spend"; readonly spend: Spend };

const anything = (): undefined => undefined;
const stamp: Checks = { tenant_id: label, host: label };

const CARD: Checks = {
  ...NEW_CARD,
  ...stamp,
  status,
  fence: numberFrom(0),
  attempts,
  evidence: jsonValue,
  actual_tokens: orNull(count),
  created_at: time,
  updated_at: time,
  completed_fence: orNull(fence),
  claim_owner: orNull(label),
  claim_token: orNull(label),
  claim_ttl_seconds: orNull(seconds),
  claimed_at: orNull(time),
  claim_expires_at: orNull(time),
  // Counted anew by the store that takes the card.
  unmet_deps: anything,
};
const CLAIM = ["claim_owner", "claim_ttl_seconds", "claimed_at", "claim_expires_at"] as const;
const EVENT: Checks = {
  ...stamp,
  seq: numberFrom(1),
  ts: time,
  kind: among(EVENT_KINDS),
  card_id: id,
  owner: orNull(label),
  fence: count,
  detail: jsonValue,
};
const MAIL: Checks = {
  ...stamp,
  id,
  sender: label,
  receiver: label,
  text,
  state: among(MAIL_STATES),
  why: orNull(text),
  expires_at: time,
  created_at: time,
  settled_at: orNull(time),
};
const SPEND: Checks = {
  ...stamp,
  id,
  agent: label,
  card_id: orNull(id),
  account: orNull(label),
  model: orNull(label),
  input_tokens: count,
  output_tokens: count,
  cost_micros: count,
  ts: time,
};

type Problems = (value: unknown) => string[];
const complete =
  (checks: Checks): Problems =>
  (value) =>
    problems(checks, Object.keys(checks), value);
const BY_KIND: Readonly<Record<string, Problems>> = {
  card: cardProblems,
  event: complete(EVENT),
  mail: complete(MAIL),
  spend: complete(SPEND),
};

/** What is wrong with one line of an import, each a clause. A line without `kind` is a new card. */
export function recordProblems(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["it must be an object"];
  if (!("kind" in value)) return cardProblems(value);
  const { version, kind, ...rest } = value as Readonly<Record<string, unknown>>;
  if (version !== 1) return ["version must be 1"];
  const problemsOf = typeof kind === "string" && Object.hasOwn(BY_KIND, kind) ? BY_KIND[kind] : undefined;
  if (problemsOf === undefined) return [`kind must be one of ${Object.keys(BY_KIND).join(", ")}`];
  const { [String(kind)]: body, ...others } = rest;
  const extra = Object.keys(others).map((key) => `${JSON.stringify(key.slice(0, 60))} is not a field`);
  return [...extra, ...problemsOf(body)];
}

function cardProblems(value: unknown): string[] {
  const found = problems(CARD, ["id", "title"], value);
  if (found.length > 0) return found;
  const card = value as ImportedCard; // Checked above.
  if (card.status !== "claimed") {
    const claim = [...CLAIM, "claim_token" as const].filter((key) => (card[key] ?? null) !== null);
    return claim.map((key) => `${key} belongs to a claimed card`);
  }
  const missing = CLAIM.filter((key) => (card[key] ?? null) === null);
  return [...missing, ...((card.fence ?? 0) === 0 ? ["fence"] : [])].map((key) => `${key} is missing`);
}

/** @param value - A line in which {@link recordProblems} found nothing. */
export function toRecord(value: unknown): ImportedRecord {
  const line = value as object; // Checked by who calls, also below.
  return "kind" in line ? (line as ImportedRecord) : { kind: "card", card: line as ImportedCard };
}
