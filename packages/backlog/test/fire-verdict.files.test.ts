import { expect, test } from "vitest";
import type { BacklogRecord, CardRecord } from "../src/backlog.ts";
import type { Deed, Entry } from "./fire-journal.ts";
import { evidenceOf, FIRE_RULES, judge } from "./fire-verdict.ts";

const A = { id: "A" };
type Story = readonly (readonly [owner: string, deed: Deed])[];

/** What the store has when ann's claim expired and bob did the card. */
function left({
  card = {},
  events = [],
}: { card?: object; events?: readonly unknown[] } = {}): BacklogRecord[] {
  const done = { ...A, status: "done", completed_fence: 2, evidence: evidenceOf("bob", 2), ...card };
  const told = [
    { kind: "claimed", card_id: "A", owner: "ann", fence: 1 },
    { kind: "claimed", card_id: "A", owner: "bob", fence: 2 },
    { kind: "completed", card_id: "A", owner: "bob", fence: 2 },
    ...events,
  ];
  return [
    { version: 1, kind: "card", card: done as unknown as CardRecord }, // What is looked at.
    ...told.map((event) => ({ version: 1, kind: "event", event }) as BacklogRecord), // As above.
  ];
}

function judged(story: Story, records = left(), findings: readonly string[] = []): string[] {
  const journals = new Map<string, Entry[]>();
  for (const [at, [owner, deed]] of story.entries())
    journals.set(owner, [...(journals.get(owner) ?? []), { at, ...deed }]);
  const { violations } = judge(journals, records, findings);
  return FIRE_RULES.filter((rule) => violations.some((one) => one.startsWith(`broken: ${rule}: `)));
}

const claimed = (fence: number): Deed => ({ did: "claimed", ...A, fence });
const asks = (fence: number): Deed => ({ did: "asks", write: "complete", ...A, fence });
const wrote = (fence: number): Deed => ({ did: "wrote", write: "complete", ...A, fence });
const refused = (fence: number, code = "BACKLOG_FENCE_LOST"): Deed => ({
  ...{ did: "refused", write: "complete", code },
  ...{ ...A, fence },
});
const right: Story = [
  ["ann", claimed(1)],
  ["bob", claimed(2)],
  ["ann", asks(1)],
  ["ann", refused(1)],
  ["bob", asks(2)],
  ["bob", wrote(2)],
];

test("a right story breaks no rule", () => {
  expect(judged(right)).toEqual([]);
});

test.for<[(typeof FIRE_RULES)[number], Story, BacklogRecord[]?, string[]?]>([
  [
    "a fence is given to one claimer",
    [...right, ["cid", claimed(2)]],
    left({ events: [claimedBy("cid", 2)] }),
  ],
  [
    "a card is completed under one fence",
    [...right, ["cid", claimed(3)], ["cid", asks(3)], ["cid", wrote(3)]],
    left({ events: [claimedBy("cid", 3)] }),
  ],
  [
    "no write is taken once a later claim of the card was acknowledged",
    [
      ...right,
      ["ann", { did: "asks", write: "renew", ...A, fence: 1 }],
      ["ann", { did: "wrote", write: "renew", ...A, fence: 1 }],
    ],
  ],
  [
    "a write is refused with BACKLOG_FENCE_LOST and nothing else",
    [...right, ["ann", asks(1)], ["ann", refused(1, "INTERNAL")]],
  ],
  [
    "what was refused has not happened",
    [
      ["ann", claimed(1)],
      ["bob", claimed(2)],
      ["bob", asks(2)],
      ["bob", refused(2)],
    ],
  ],
  ["an acknowledged claim is in the history, with its owner", [...right, ["cid", claimed(3)]]],
  [
    "an acknowledged completion is in the store, with its fence and its evidence",
    right,
    left({ card: { completed_fence: 3 } }),
  ],
  [
    "an acknowledged completion is in the store, with its fence and its evidence",
    right,
    left({ card: { evidence: null } }),
  ],
  [
    "the history completes a card once",
    right,
    left({ events: [{ kind: "completed", card_id: "A", owner: "ann", fence: 1 }] }),
  ],
  ["the counters are right and no cards wait for each other", right, left(), ["A counts 1"]],
  ["no claimer failed", [...right, ["ann", { did: "failed", message: "no" }]]],
  ["every card is done in the end", [], left({ card: { status: "claimed" } })],
])("a story that breaks a rule is seen: %s", ([rule, story, records, findings]) => {
  expect(judged(story, records, findings)).toEqual([rule]);
});

function claimedBy(owner: string, fence: number): object {
  return { kind: "claimed", card_id: "A", owner, fence };
}
