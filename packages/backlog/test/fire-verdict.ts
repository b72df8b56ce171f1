import type { BacklogRecord, CardRecord } from "../src/backlog.ts";
import type { BacklogEvent } from "../src/event.ts";
import type { Entry } from "./fire-journal.ts";

export interface Verdict {
  /** Each a sentence; none when everything held. */
  readonly violations: readonly string[];
  readonly claims: number;
  readonly completes: number;
  /** Writes that were refused because the claim was lost, by what was asked. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of those: asked when a later holder of the card had its claim already. */
  readonly refusedBehindAnother: number;
}

/** What must hold, by name. The journals say what was acknowledged; the export says what is left of it. */
export const FIRE_RULES = [
  "a fence is given to one claimer",
  "a card is completed under one fence",
  "no write is taken once a later claim of the card was acknowledged",
  "a write is refused with BACKLOG_FENCE_LOST and nothing else",
  "what was refused has not happened",
  "an acknowledged claim is in the history, with its owner",
  "an acknowledged completion is in the store, with its fence and its evidence",
  "the history completes a card once",
  "the counters are right and no cards wait for each other",
  "no claimer failed",
  "every card is done in the end",
] as const;
type Rule = (typeof FIRE_RULES)[number];

interface Told {
  readonly owner: string;
  readonly entry: Entry;
}

/**
 * @param journals - By owner.
 * @param findings - What `doctor` found.
 */
export function judge(
  journals: ReadonlyMap<string, readonly Entry[]>,
  records: readonly BacklogRecord[],
  findings: readonly string[],
): Verdict {
  const violations: string[] = [];
  const broken = (rule: Rule, what: string): void => void violations.push(`broken: ${rule}: ${what}`);
  const cards = new Map(records.flatMap((one) => (one.kind === "card" ? [[one.card.id, one.card]] : [])));
  const events = records.flatMap((one) => (one.kind === "event" ? [one.event] : []));
  const all = [...journals].flatMap(([owner, entries]) => entries.map((entry): Told => ({ owner, entry })));
  all.sort((a, b) => a.entry.at - b.entry.at);
  const claims = firstOfEach(all, broken);
  const counts = { completes: 0, behind: 0 };
  const refused: Record<string, number> = {};
  const completed = new Map<string, Told>();
  const asked = new Map<string, number>();
  // A claim that had run out holds again when the clock goes back: then the same write is taken later.
  const doubted = new Map<string, string>();
  for (const told of all) {
    const { owner, entry } = told;
    if (entry.did === "failed") broken("no claimer failed", `${owner}: ${entry.message}`);
    if (!("write" in entry)) continue;
    const { id, fence, write } = entry;
    const key = `${owner} ${id} ${String(fence)} ${write}`;
    const name = `${write} of ${id} by ${owner} with fence ${String(fence)}`;
    if (entry.did === "asks") asked.set(key, entry.at);
    const later = (claims.get(id) ?? []).find(
      (claim) => claim.fence > fence && claim.at < (asked.get(key) ?? Infinity),
    );
    if (entry.did === "refused") {
      refused[write] = (refused[write] ?? 0) + 1;
      if (later !== undefined) counts.behind++;
      if (entry.code !== "BACKLOG_FENCE_LOST")
        broken("a write is refused with BACKLOG_FENCE_LOST and nothing else", `${name}: ${entry.code}`);
      if (write === "complete" && cards.get(id)?.completed_fence === fence) doubted.set(id, name);
    }
    if (entry.did !== "wrote") continue;
    if (later !== undefined)
      broken(
        "no write is taken once a later claim of the card was acknowledged",
        `${name}, after ${later.owner} had fence ${String(later.fence)}`,
      );
    if (write !== "complete") continue;
    const before = completed.get(id);
    if (before === undefined) {
      completed.set(id, told);
      counts.completes++;
      heldIn(cards.get(id), owner, fence, (what) =>
        broken(
          "an acknowledged completion is in the store, with its fence and its evidence",
          `${name}: ${what}`,
        ),
      );
    } else if (before.owner !== owner || !("fence" in before.entry) || before.entry.fence !== fence) {
      broken("a card is completed under one fence", `${name}, and before by ${before.owner}`);
    }
  }
  for (const [id, name] of doubted) if (!completed.has(id)) broken("what was refused has not happened", name);
  compareHistory(claims, events, broken);
  for (const card of cards.values())
    if (card.status !== "done") broken("every card is done in the end", `${card.id} is ${card.status}`);
  for (const finding of findings) broken("the counters are right and no cards wait for each other", finding);
  return {
    violations,
    claims: [...claims.values()].reduce((sum, ofCard) => sum + ofCard.length, 0),
    completes: counts.completes,
    refused,
    refusedBehindAnother: counts.behind,
  };
}

interface Claim {
  readonly owner: string;
  readonly fence: number;
  readonly at: number;
}

/** The acknowledged claims of each card. A claimer that came back may have been told of one twice. */
function firstOfEach(all: readonly Told[], broken: (rule: Rule, what: string) => void): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { owner, entry } of all) {
    if (entry.did !== "claimed") continue;
    const { id, fence, at } = entry;
    const ofCard = claims.get(id) ?? [];
    const same = ofCard.find((claim) => claim.fence === fence);
    if (same === undefined) claims.set(id, [...ofCard, { owner, fence, at }]);
    else if (same.owner !== owner)
      broken(
        "a fence is given to one claimer",
        `${id} with fence ${String(fence)}: ${same.owner} and ${owner}`,
      );
  }
  return claims;
}

function heldIn(
  card: CardRecord | undefined,
  owner: string,
  fence: number,
  lost: (what: string) => void,
): void {
  if (card?.status !== "done") lost(`the card is ${card?.status ?? "gone"}`);
  else if (card.completed_fence !== fence) lost(`the card is done by fence ${String(card.completed_fence)}`);
  else if (JSON.stringify(card.evidence) !== JSON.stringify(evidenceOf(owner, fence)))
    lost(`its evidence is ${JSON.stringify(card.evidence)}`);
}

/** What a claimer brings when it completes a card. */
export const evidenceOf = (
  owner: string,
  fence: number,
): { readonly by: string; readonly fence: number } => ({
  by: owner,
  fence,
});

function compareHistory(
  claims: ReadonlyMap<string, readonly Claim[]>,
  events: readonly BacklogEvent[],
  broken: (rule: Rule, what: string) => void,
): void {
  const claimed = new Set<string>();
  const completed = new Set<string>();
  for (const { kind, card_id, owner, fence } of events) {
    if (kind === "claimed") claimed.add(`${card_id} ${String(fence)} ${owner ?? ""}`);
    if (kind !== "completed") continue;
    if (completed.has(card_id)) broken("the history completes a card once", card_id);
    completed.add(card_id);
  }
  for (const [id, ofCard] of claims)
    for (const { owner, fence } of ofCard)
      if (!claimed.has(`${id} ${String(fence)} ${owner}`))
        broken(
          "an acknowledged claim is in the history, with its owner",
          `${id} with fence ${String(fence)} by ${owner}`,
        );
}
