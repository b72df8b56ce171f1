import type { Card, NewCard } from "./card.ts";
import {
  among,
  count,
  id,
  jsonValue,
  label,
  orNull,
  problems,
  status,
  text,
  time,
  type Checks,
} from "./check.ts";
import { EVENT_KINDS, type BacklogEvent } from "./event.ts";
import { MAIL_STATES, type Mail } from "./mail.ts";
import { NEW_CARD } from "./requests.ts";
import type { Spend } from "./spend.ts";

/** The lines of an import, sorted by what they are. */
export interface ImportedRecords {
  readonly cards: readonly ImportedCard[];
  readonly events: readonly BacklogEvent[];
  readonly mail: readonly Mail[];
  readonly spend: readonly Spend[];
}
/** A card as an export wrote it, or as a person did. */
export type ImportedCard = NewCard & Partial<Card>;

const anything = (): undefined => undefined;
const stamp: Checks = { tenant_id: label, host: label };

const CARD: Checks = {
  ...NEW_CARD,
  ...stamp,
  status,
  fence: count,
  attempts: count,
  evidence: jsonValue,
  actual_tokens: orNull(count),
  created_at: time,
  updated_at: time,
  // Said anew by the store that takes the card.
  unmet_deps: anything,
  claim_owner: anything,
  claim_ttl_seconds: anything,
  claimed_at: anything,
  claim_expires_at: anything,
};
const EVENT: Checks = {
  ...stamp,
  seq: count,
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
const SHAPES: Readonly<Record<string, { readonly checks: Checks; readonly required: readonly string[] }>> = {
  card: { checks: CARD, required: ["id", "title"] },
  event: { checks: EVENT, required: Object.keys(EVENT) },
  mail: { checks: MAIL, required: Object.keys(MAIL) },
  spend: { checks: SPEND, required: Object.keys(SPEND) },
};

/** What is wrong with one line of an import, each a clause. A line without `kind` is a new card. */
export function recordProblems(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["it must be an object"];
  if (!("kind" in value)) return problems(CARD, ["id", "title"], value);
  const { version, kind, ...rest } = value as Readonly<Record<string, unknown>>;
  if (version !== 1) return ["version must be 1"];
  const shape = typeof kind === "string" && Object.hasOwn(SHAPES, kind) ? SHAPES[kind] : undefined;
  if (shape === undefined) return [`kind must be one of ${Object.keys(SHAPES).join(", ")}`];
  const { [String(kind)]: body, ...others } = rest;
  const extra = Object.keys(others).map((key) => `${JSON.stringify(key.slice(0, 60))} is not a field`);
  return [...extra, ...problems(shape.checks, shape.required, body)];
}

/** @param values - Lines in which {@link recordProblems} found nothing. */
export function sortRecords(values: readonly unknown[]): ImportedRecords {
  const of = (kind: string): unknown[] =>
    values.flatMap((value) => {
      // Checked by who calls.
      const line = value as Readonly<Record<string, unknown>>;
      if (!("kind" in line)) return kind === "card" ? [line] : [];
      return line.kind === kind ? [line[kind]] : [];
    });
  return {
    cards: of("card") as ImportedCard[],
    events: (of("event") as BacklogEvent[]).sort((a, b) => a.seq - b.seq),
    mail: of("mail") as Mail[],
    spend: of("spend") as Spend[],
  };
}
