import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";
import { exported } from "./stores.ts";

/** What leaves a store and what it takes. */
export function moving(on: Subject): void {
  test("an export fills an empty store with the same, and a second import of it changes nothing", async () => {
    await on.make("Z", { acceptance: ["x"], priority: 3, idempotency_key: "k", projected_tokens: 7 });
    await on.make("A", { depends_on: ["Z"], body: "b", phase: "p", class: "c" });
    await on.make("M");
    const { fence } = await on.claimed("Z");
    await on.backlog.complete({ id: "Z", fence, evidence: { e: 1 }, actual_tokens: 9 });
    await on.backlog.block({ id: "M", reason: "r" });
    await on.claimed("A");
    await on.backlog.post({ id: "m2", sender: "a", receiver: "b", text: "t" });
    await on.backlog.post({ id: "m1", sender: "a", receiver: "b", text: "t" });
    await on.backlog.settle({ id: "m1", state: "delivered", why: "a turn" });
    await on.backlog.spend({ id: "s1", agent: "a", card_id: "Z", input_tokens: 1, cost_micros: 2 });
    const before = await exported(on.backlog);
    await on.store.clear();
    const result = await on.backlog.import(before);
    expect(result).toEqual({ cards: 3, events: 7, mail: 2, spend: 1, existing: 0 });
    expect(await exported(on.backlog)).toEqual(before);
    expect(await on.backlog.import(before)).toEqual({ cards: 0, events: 0, mail: 0, spend: 0, existing: 6 });
    expect(await exported(on.backlog)).toEqual(before);
    await on.healthy();
  });

  test("an import takes lines that people write, in any order", async () => {
    const lines = [
      { id: "B", title: "second", depends_on: ["A"] },
      { id: "A", title: "first", priority: 2 },
    ];
    expect(await on.backlog.import(lines)).toMatchObject({ cards: 2, existing: 0 });
    expect(await on.backlog.show({ id: "B" })).toMatchObject({ unmet_deps: 1, tenant_id: "ada", host: "h1" });
    expect(await on.told("A")).toEqual(["imported"]);
  });

  test("lines that say no time are claimed in their order, after the cards that are there, also once they were moved", async () => {
    await on.make("there");
    const ids = Array.from({ length: 1_100 }, (_, n) => `c${String(n)}`);
    await on.backlog.import(ids.map((id) => ({ id, title: id })));
    const listed = async (): Promise<string[]> => {
      const { cards, next } = await on.backlog.list({ limit: 1_000 });
      const rest = await on.backlog.list({ limit: 1_000, after: next });
      return [...cards, ...rest.cards].map(({ id }) => id);
    };
    expect(await listed()).toEqual(["there", ...ids]);
    const moved = await exported(on.backlog);
    await on.store.clear();
    await on.backlog.import(moved);
    expect(await listed()).toEqual(["there", ...ids]);
    await on.backlog.import([{ id: "b", title: "later" }]);
    expect((await listed()).at(-1)).toBe("b");
  });

  test.for([
    [
      "an unknown dependency",
      [{ id: "B", title: "b", depends_on: ["X"] }],
      "BACKLOG_DEPENDENCY_UNKNOWN",
      "X",
    ],
    [
      "a circle",
      [
        { id: "B", title: "b", depends_on: ["C"] },
        { id: "C", title: "c", depends_on: ["B"] },
      ],
      "BACKLOG_CYCLE",
      "->",
    ],
    [
      "a wrong field",
      [
        { id: "B", title: "b" },
        { id: "C", titel: "c" },
      ],
      "BACKLOG_INVALID",
      'line 2: title is missing; line 2: "titel"',
    ],
    [
      "a number that a card cannot have, or nobody could go on from",
      [
        { id: "B", title: "b", attempts: 3_000_000_000 },
        { id: "C", title: "c", fence: Number.MAX_SAFE_INTEGER },
      ],
      "BACKLOG_INVALID",
      "line 1: attempts must be a whole number from 0 to 2147483647; line 2: fence must be",
    ],
    [
      "a claim without its fence",
      [
        {
          ...{ id: "B", title: "b", status: "claimed", claim_owner: "a" },
          ...{ claim_ttl_seconds: 60, claimed_at: 1, claim_expires_at: 2 },
        },
      ],
      "BACKLOG_INVALID",
      "line 1: fence is missing",
    ],
    [
      "a line of a later version",
      [{ version: 2, kind: "card", card: {} }],
      "BACKLOG_INVALID",
      "version must be 1",
    ],
  ] as const)("an import with %s writes nothing", async ([, lines, code, message]) => {
    await on.make("A");
    await expect(on.backlog.import(lines)).rejects.toEqual(fails(code, message));
    expect((await on.backlog.stats()).cards).toBe(1);
    await on.healthy();
  });
}
