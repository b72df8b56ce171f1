import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";

/** What a card is when it is created. */
export function cards(on: Subject): void {
  test("a new card has every field, stamped with tenant and host", async () => {
    const { card, created } = await on.backlog.create({ id: "A1", title: "first" });
    expect(created).toBe(true);
    expect(card).toEqual({
      ...{ id: "A1", title: "first", body: null, phase: null, class: null, priority: 0, status: "ready" },
      ...{ depends_on: [], unmet_deps: 0, claim_owner: null, claim_ttl_seconds: null, claimed_at: null },
      ...{ claim_expires_at: null, fence: 0, attempts: 0, idempotency_key: null, acceptance: null },
      ...{ evidence: null, projected_tokens: null, actual_tokens: null, tenant_id: "ada", host: "h1" },
      ...{ created_at: expect.any(Number), updated_at: expect.any(Number) },
    });
    expect(await on.backlog.show({ id: "A1" })).toEqual(card);
  });

  test("JSON and text come back as they were given", async () => {
    const acceptance = { b: ["ä", "\u2028", '"\\', ""], a: { 1: 1e21, deep: [null, true, -0.5] } };
    const card = await on.make("A", { acceptance, body: "line\n\ttab 😀\u0001" });
    expect(card).toMatchObject({ acceptance, body: "line\n\ttab 😀\u0001" });
    expect(Object.keys(card.acceptance as object)).toEqual(["b", "a"]);
  });

  test("a repeated create with the key returns the card that is there, unchanged", async () => {
    const first = await on.make("A", { idempotency_key: "k" });
    const again = await on.backlog.create({ id: "B", title: "other", idempotency_key: "k" });
    expect(again).toEqual({ card: first, created: false });
    expect((await on.backlog.stats()).cards).toBe(1);
  });

  test("a second card of one id is refused", async () => {
    await on.make("A", { idempotency_key: "one" });
    await expect(on.make("A")).rejects.toEqual(fails("BACKLOG_CARD_EXISTS", "A"));
    await expect(on.make("A", { idempotency_key: "two" })).rejects.toEqual(fails("BACKLOG_CARD_EXISTS"));
  });

  test("unknown dependencies are all named, and nothing is written", async () => {
    await on.make("A");
    const refused = on.make("B", { depends_on: ["A", "X", "Y"] });
    await expect(refused).rejects.toEqual(fails("BACKLOG_DEPENDENCY_UNKNOWN", "X, Y"));
    await expect(on.backlog.show({ id: "B" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
    expect(await on.told("B")).toEqual([]);
  });

  test("a circle is refused and named, also one of a card alone", async () => {
    await on.make("A");
    await on.make("B", { depends_on: ["A"] });
    await on.make("C", { depends_on: ["B"] });
    await expect(on.backlog.link({ from: "A", to: "C" })).rejects.toEqual(
      fails("BACKLOG_CYCLE", "A -> C -> B -> A"),
    );
    await expect(on.backlog.link({ from: "A", to: "A" })).rejects.toEqual(fails("BACKLOG_CYCLE", "A -> A"));
    await expect(on.make("D", { depends_on: ["D"] })).rejects.toEqual(fails("BACKLOG_CYCLE", "D -> D"));
    await on.healthy();
  });

  test("text of 10 MB, NUL and broken surrogates are refused, and 1 MB is stored", async () => {
    const large = "x".repeat(10_000_000);
    for (const bad of [
      { body: large },
      { acceptance: [large] },
      { body: "a\0b" },
      { acceptance: { "\0": 1 } },
      { body: "\ud800" },
    ])
      await expect(on.make("A", bad)).rejects.toEqual(fails("BACKLOG_INVALID"));
    const body = "é".repeat(1_048_576);
    expect((await on.make("A", { body })).body).toBe(body);
  });
}
