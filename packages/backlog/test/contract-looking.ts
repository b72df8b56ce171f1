import { expect, test } from "vitest";
import type { Backlog } from "../src/backlog.ts";
import { fails, type Subject } from "./contract-subject.ts";

/** What is seen of the cards and of their history. */
export function looking(on: Subject): void {
  test("pages of a list hold every card once, in the order of claims", async () => {
    for (let n = 0; n < 23; n++) await on.make(`c${String(n)}`, { priority: n % 3 });
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const page = await on.backlog.list({ limit: 5, after });
      ids.push(...page.cards.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(new Set(ids).size).toBe(23);
    expect(ids).toHaveLength(23);
    for (const id of ids) expect((await on.backlog.claim({ owner: "me" }))?.id).toBe(id);
  });

  test("a list is filtered by status, class, phase, readiness and being open", async () => {
    await on.make("A", { class: "code", phase: "p" });
    await on.make("B", { class: "code", depends_on: ["A"] });
    await on.make("C", { phase: "p" });
    await on.backlog.block({ id: "C" });
    const ids = async (filter: Parameters<Backlog["list"]>[0]): Promise<string[]> =>
      (await on.backlog.list(filter)).cards.map(({ id }) => id);
    expect(await ids({ class: "code" })).toEqual(["A", "B"]);
    expect(await ids({ phase: "p" })).toEqual(["A", "C"]);
    expect(await ids({ status: "blocked" })).toEqual(["C"]);
    expect(await ids({ ready_only: true })).toEqual(["A"]);
    await on.backlog.complete({ id: "A" });
    expect(await ids({ open_only: true })).toEqual(["B", "C"]);
    await expect(ids({ after: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
  });

  test("a board has a column for each state, with its first cards and how many there are", async () => {
    for (const id of ["R1", "R2", "R3", "B1", "C1", "D1"]) await on.make(id);
    await on.make("R0", { priority: 5 });
    await on.make("W1", { depends_on: ["R1"] });
    await on.backlog.block({ id: "B1" });
    await on.claimed("C1", "ada");
    await on.backlog.complete({ id: "D1" });
    const { columns } = await on.backlog.board({ by: "status", limit: 2 });
    expect(columns.map(({ name, count, cards }) => [name, count, ...cards.map(({ id }) => id)])).toEqual([
      ["blocked", 1, "B1"],
      ["waiting", 1, "W1"],
      ["ready", 4, "R0", "R1"],
      ["claimed", 1, "C1"],
      ["done", 1, "D1"],
    ]);
    expect(columns[3]?.cards).toEqual([{ id: "C1", title: "card C1", owner: "ada" }]);
    await on.store.clear();
    const empty = await on.backlog.board({ by: "status" });
    expect(empty.columns.map(({ count, cards }) => [count, cards])).toEqual(Array(5).fill([0, []]));
  });

  test("a board of phases has them in the order of their names, and the cards without one last", async () => {
    for (const [n, phase] of ["b", null, "a", "b", "B"].entries()) await on.make(`c${String(n)}`, { phase });
    const { columns } = await on.backlog.board({ by: "phase", limit: 1 });
    expect(columns.map(({ name, count, cards }) => [name, count, cards.length])).toEqual([
      ["B", 1, 1],
      ["a", 1, 1],
      ["b", 2, 1],
      [null, 1, 1],
    ]);
  });

  test("stats count what is there", async () => {
    expect(await on.backlog.stats()).toMatchObject({ cards: 0, oldest_ready_age_seconds: null });
    for (const id of ["A", "B", "C", "D"]) await on.make(id);
    await on.make("E", { depends_on: ["A"] });
    await on.store.driver.script(
      "update backlog_card set created_at = now() - interval '90 seconds' where id = 'A'",
    );
    await on.backlog.block({ id: "B" });
    await on.backlog.complete({ id: "C" });
    await on.claimed("D", "me", 0.001);
    await on.expired(1);
    expect(await on.backlog.stats()).toEqual({
      ...{ version: 1, cards: 5, by_status: { ready: 2, claimed: 1, blocked: 1, done: 1 }, claimable: 1 },
      ...{ waiting: 1, oldest_ready_age_seconds: expect.toSatisfy((age) => age >= 90 && age < 150) },
      ...{ expired_claims: 1, done_last_hour: 1, done_last_day: 1 },
    });
  });

  test("events come in pages, each once", async () => {
    for (let n = 0; n < 7; n++) await on.make(`c${String(n)}`);
    const first = await on.backlog.events({ limit: 4 });
    const rest = await on.backlog.events({ after: first.next ?? 0, limit: 4 });
    expect(rest.next).toBeNull();
    const all = [...first.events, ...rest.events];
    expect(all.map(({ card_id }) => card_id)).toEqual(["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    expect(all[0]).toMatchObject({ kind: "created", tenant_id: "ada", host: "h1", ts: expect.any(Number) });
  });
}
