import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Backlog } from "../src/backlog.ts";
import type { Card, NewCard } from "../src/card.ts";
import { exported, type TestStore } from "./stores.ts";

const fails = (code: string, message = ""): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message),
    hint: expect.any(String),
  });

/** What both stores do. */
export function contract(name: string, open: () => Promise<TestStore>): void {
  let store: TestStore;
  let backlog: Backlog;
  const make = async (id: string, rest: Partial<NewCard> = {}): Promise<Card> =>
    (await backlog.create({ id, title: `card ${id}`, ...rest })).card;
  const claimed = async (id: string, owner = "coder", ttl_seconds = 900): Promise<Card> => {
    const card = await backlog.claim({ id, owner, ttl_seconds });
    if (card === null) throw new Error(`${id} was not claimed`);
    return card;
  };
  const expired = (count: number): Promise<true> =>
    waitFor(async () => (await backlog.stats()).expired_claims === count, { what: "the expiry of a claim" });
  const told = async (card_id: string): Promise<string[]> =>
    (await backlog.events({ card_id })).events.map(({ kind }) => kind);
  const healthy = async (): Promise<void> => {
    expect((await backlog.doctor()).findings).toEqual([]);
  };

  describe(`a backlog on ${name}`, () => {
    beforeAll(async () => {
      store = await open();
      backlog = store.backlog;
    });
    beforeEach(() => store.clear());
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
    });

    test("a new card has every field, stamped with tenant and host", async () => {
      const { card, created } = await backlog.create({ id: "A1", title: "first" });
      expect(created).toBe(true);
      expect(card).toEqual({
        ...{ id: "A1", title: "first", body: null, phase: null, class: null, priority: 0, status: "ready" },
        ...{ depends_on: [], unmet_deps: 0, claim_owner: null, claim_ttl_seconds: null, claimed_at: null },
        ...{ claim_expires_at: null, fence: 0, attempts: 0, idempotency_key: null, acceptance: null },
        ...{ evidence: null, projected_tokens: null, actual_tokens: null, tenant_id: "ada", host: "h1" },
        ...{ created_at: expect.any(Number), updated_at: expect.any(Number) },
      });
      expect(await backlog.show({ id: "A1" })).toEqual(card);
    });

    test("JSON and text come back as they were given", async () => {
      const acceptance = { b: ["ä", "\u2028", '"\\', ""], a: { 1: 1e21, deep: [null, true, -0.5] } };
      const card = await make("A", { acceptance, body: "line\n\ttab 😀\u0001" });
      expect(card).toMatchObject({ acceptance, body: "line\n\ttab 😀\u0001" });
      expect(Object.keys(card.acceptance as object)).toEqual(["b", "a"]);
    });

    test("a repeated create with the key returns the card that is there, unchanged", async () => {
      const first = await make("A", { idempotency_key: "k" });
      const again = await backlog.create({ id: "B", title: "other", idempotency_key: "k" });
      expect(again).toEqual({ card: first, created: false });
      expect((await backlog.stats()).cards).toBe(1);
    });

    test("a second card of one id is refused", async () => {
      await make("A", { idempotency_key: "one" });
      await expect(make("A")).rejects.toEqual(fails("BACKLOG_CARD_EXISTS", "A"));
      await expect(make("A", { idempotency_key: "two" })).rejects.toEqual(fails("BACKLOG_CARD_EXISTS"));
    });

    test("unknown dependencies are all named, and nothing is written", async () => {
      await make("A");
      const refused = make("B", { depends_on: ["A", "X", "Y"] });
      await expect(refused).rejects.toEqual(fails("BACKLOG_DEPENDENCY_UNKNOWN", "X, Y"));
      await expect(backlog.show({ id: "B" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
      expect(await told("B")).toEqual([]);
    });

    test("a circle is refused and named, also one of a card alone", async () => {
      await make("A");
      await make("B", { depends_on: ["A"] });
      await make("C", { depends_on: ["B"] });
      await expect(backlog.link({ from: "A", to: "C" })).rejects.toEqual(
        fails("BACKLOG_CYCLE", "A -> C -> B -> A"),
      );
      await expect(backlog.link({ from: "A", to: "A" })).rejects.toEqual(fails("BACKLOG_CYCLE", "A -> A"));
      await expect(make("D", { depends_on: ["D"] })).rejects.toEqual(fails("BACKLOG_CYCLE", "D -> D"));
      await healthy();
    });

    test("a claim takes the highest priority, then the oldest, then the lowest id", async () => {
      await make("c");
      await make("a", { priority: 5 });
      await make("b", { priority: 5 });
      await store.driver.script("update backlog_card set created_at = '2026-01-01' where id in ('a', 'b')");
      await make("d", { priority: -1 });
      const order: (string | undefined)[] = [];
      for (let n = 0; n < 5; n++) order.push((await backlog.claim({ owner: "me" }))?.id);
      expect(order).toEqual(["a", "b", "c", "d", undefined]);
    });

    test("a claim can be of one class and one phase", async () => {
      await make("a", { class: "code", phase: "p1", priority: 9 });
      await make("b", { class: "code", phase: "p2" });
      await make("c", { class: "review", phase: "p2" });
      expect(await backlog.claim({ owner: "me", class: "review" })).toMatchObject({ id: "c" });
      expect(await backlog.claim({ owner: "me", class: "code", phase: "p2" })).toMatchObject({ id: "b" });
      expect(await backlog.claim({ owner: "me", phase: "p2" })).toBeNull();
    });

    test("many who claim at once have a card each", async () => {
      const ids = Array.from({ length: 20 }, (_, n) => `c${String(n)}`);
      for (const id of ids) await make(id);
      const won = await Promise.all(
        Array.from({ length: 24 }, (_, n) => backlog.claim({ owner: `o${String(n)}` })),
      );
      const cards = won.flatMap((card) => (card === null ? [] : [card.id]));
      expect(cards.sort()).toEqual(ids.sort());
    });

    test("the same token returns the card it won, and nothing else", async () => {
      await make("A");
      await make("B");
      const request = { owner: "me", claim_token: "t1" };
      const first = await backlog.claim(request);
      expect(await backlog.claim(request)).toEqual(first);
      expect(await backlog.claim({ owner: "me", claim_token: "t2" })).toMatchObject({ id: "B" });
      expect(await backlog.claim(request)).toEqual(first);
      expect(await backlog.claim({ ...request, id: "A" })).toEqual(first);
      await expect(backlog.claim({ ...request, owner: "you" })).rejects.toEqual(fails("BACKLOG_INVALID"));
      expect((await backlog.show({ id: "A" })).attempts).toBe(1);
    });

    test("one token sent twice at once wins one card", async () => {
      for (const id of ["A", "B", "C"]) await make(id);
      const both = await Promise.all(
        [1, 2, 3, 4].map(() => backlog.claim({ owner: "me", claim_token: "t" })),
      );
      expect(new Set(both.map((card) => card?.id)).size).toBe(1);
      expect((await backlog.stats()).by_status.claimed).toBe(1);
    });

    test("a claim by id says why there is none", async () => {
      await make("A");
      await make("B", { depends_on: ["A"] });
      const claim = (id: string): Promise<unknown> => backlog.claim({ owner: "me", id });
      await expect(claim("X")).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
      await expect(claim("B")).rejects.toEqual(
        fails("BACKLOG_NOT_READY", "waits for 1 of its dependencies: A"),
      );
      await claimed("A", "you");
      await expect(claim("A")).rejects.toEqual(fails("BACKLOG_CLAIMED", "by you with fence 1"));
      await backlog.complete({ id: "A" });
      await expect(claim("A")).rejects.toEqual(fails("BACKLOG_NOT_READY", "is done"));
      await backlog.block({ id: "B" });
      await expect(claim("B")).rejects.toEqual(fails("BACKLOG_NOT_READY", "is blocked"));
    });

    test("renew extends a claim from now on", async () => {
      await make("A");
      const { fence, claim_expires_at } = await claimed("A", "me", 60);
      const renewed = await backlog.renew({ id: "A", fence, ttl_seconds: 600 });
      expect(renewed.claim_ttl_seconds).toBe(600);
      expect(renewed.claim_expires_at).toBeGreaterThan((claim_expires_at ?? 0) + 500_000);
      const again = await backlog.renew({ id: "A", fence });
      expect(again.claim_ttl_seconds).toBe(600);
    });

    test("every write of a lost claim is refused with who holds the card now", async () => {
      await make("A");
      const old = await claimed("A", "me", 0.001);
      await expired(1);
      const ref = { id: "A", fence: old.fence };
      const late = [
        () => backlog.renew(ref),
        () => backlog.release(ref),
        () => backlog.complete({ ...ref, evidence: "late" }),
        () => backlog.block(ref),
      ];
      for (const write of late) await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "by me"));
      await backlog.reclaim();
      for (const write of late)
        await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "is ready and nobody holds it"));
      const now = await claimed("A", "you");
      expect(now.fence).toBe(old.fence + 1);
      for (const write of late)
        await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "is held by you with fence 2"));
      expect(await backlog.show({ id: "A" })).toEqual(now);
    });

    test("release gives the card back, once", async () => {
      await make("A");
      const { fence } = await claimed("A");
      expect(await backlog.release({ id: "A", fence })).toMatchObject({
        ...{ status: "ready", claim_owner: null, fence: 1, attempts: 1 },
      });
      await expect(backlog.release({ id: "A", fence })).rejects.toEqual(fails("BACKLOG_FENCE_LOST"));
      expect(await told("A")).toEqual(["created", "claimed", "released"]);
    });

    test("reclaim frees what has expired and leaves what has not", async () => {
      await make("A");
      await make("B");
      await claimed("A", "gone", 0.001);
      await claimed("B", "here", 900);
      await expired(1);
      const { reclaimed } = await backlog.reclaim();
      expect(reclaimed).toEqual([{ id: "A", owner: "gone", fence: 1, claim_expires_at: expect.any(Number) }]);
      expect(await backlog.show({ id: "A" })).toMatchObject({ status: "ready", attempts: 1, fence: 1 });
      expect(await backlog.show({ id: "B" })).toMatchObject({ status: "claimed", claim_owner: "here" });
      expect(await backlog.reclaim()).toEqual({ reclaimed: [] });
    });

    test("an expiry alone does not free the claim of an owner who is known to be alive", async () => {
      await make("A");
      await claimed("A", "alive", 0.001);
      await expired(1);
      expect(await backlog.reclaim({ alive_owners: ["alive"] })).toEqual({ reclaimed: [] });
      expect((await backlog.reclaim({ alive_owners: ["other"] })).reclaimed).toHaveLength(1);
    });

    test("a proof frees a claim that has not expired, and stands in the history", async () => {
      for (const id of ["A", "B", "C"]) await make(id);
      await claimed("A", "dead");
      await claimed("B", "dead");
      await claimed("C", "alive");
      expect(await backlog.reclaim({ id: "C" })).toEqual({ reclaimed: [] });
      const proof = { kind: "session-gone", detail: "no session dead" } as const;
      const { reclaimed } = await backlog.reclaim({ owner: "dead", proof });
      expect(reclaimed.map(({ id }) => id)).toEqual(["A", "B"]);
      const last = (await backlog.events({ card_id: "A" })).events.at(-1);
      expect(last).toMatchObject({ kind: "reclaimed", owner: "dead", fence: 1, detail: proof });
      await expect(backlog.reclaim({ id: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
    });

    test("complete frees what waited for nothing else", async () => {
      await make("A");
      await make("B");
      await make("C", { depends_on: ["A"] });
      await make("D", { depends_on: ["B", "A"] });
      expect((await backlog.show({ id: "D" })).depends_on).toEqual(["A", "B"]);
      const { fence } = await claimed("A");
      const evidence = { commit: "abc", checks: ["green"] };
      const { card, freed } = await backlog.complete({ id: "A", fence, evidence, actual_tokens: 5 });
      expect(card).toMatchObject({ status: "done", evidence, actual_tokens: 5, claim_owner: null, fence: 1 });
      expect(freed).toEqual(["C"]);
      expect((await backlog.complete({ id: "B" })).freed).toEqual(["D"]);
      await healthy();
    });

    test("a repeated complete returns the card as it is", async () => {
      await make("A");
      const { fence } = await claimed("A");
      const { card } = await backlog.complete({ id: "A", fence, evidence: 1 });
      expect(await backlog.complete({ id: "A", fence, evidence: 2 })).toEqual({ card, freed: [] });
      expect(await backlog.complete({ id: "A" })).toEqual({ card, freed: [] });
      expect(await told("A")).toEqual(["created", "claimed", "completed"]);
    });

    test("a holder whose card the operator completed is told so", async () => {
      await make("A");
      const { fence } = await claimed("A");
      await backlog.complete({ id: "A", evidence: "operator" });
      await expect(backlog.complete({ id: "A", fence, evidence: "agent" })).rejects.toEqual(
        fails("BACKLOG_FENCE_LOST", "is done"),
      );
      await expect(backlog.complete({ id: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
    });

    test("reopen makes the dependents wait again", async () => {
      await make("A");
      await make("B", { depends_on: ["A"] });
      await backlog.complete({ id: "A" });
      expect(await backlog.reopen({ id: "A" })).toMatchObject({ status: "ready" });
      expect((await backlog.show({ id: "B" })).unmet_deps).toBe(1);
      await expect(backlog.reopen({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY"));
      await healthy();
    });

    test("block ends the claim and keeps the reason; unblock makes the card ready", async () => {
      await make("A");
      const { fence } = await claimed("A");
      expect(await backlog.block({ id: "A", fence, reason: "no access" })).toMatchObject({
        ...{ status: "blocked", claim_owner: null },
      });
      const last = (await backlog.events({ card_id: "A" })).events.at(-1);
      expect(last).toMatchObject({ kind: "blocked", owner: "coder", detail: { reason: "no access" } });
      expect(await backlog.claim({ owner: "me" })).toBeNull();
      expect(await backlog.unblock({ id: "A" })).toMatchObject({ status: "ready" });
      await expect(backlog.unblock({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY"));
      await backlog.complete({ id: "A" });
      await expect(backlog.block({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY", "is done"));
    });

    test("link and unlink change what a card waits for, and may be repeated", async () => {
      await make("A");
      await make("B");
      for (let n = 0; n < 2; n++)
        expect(await backlog.link({ from: "A", to: "B" })).toMatchObject({
          depends_on: ["B"],
          unmet_deps: 1,
        });
      expect((await backlog.claim({ owner: "me" }))?.id).toBe("B");
      for (let n = 0; n < 2; n++)
        expect(await backlog.unlink({ from: "A", to: "B" })).toMatchObject({ depends_on: [], unmet_deps: 0 });
      expect(await told("A")).toEqual(["created", "linked", "unlinked"]);
      await expect(backlog.link({ from: "A", to: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN", "X"));
    });

    test("pages of a list hold every card once, in the order of claims", async () => {
      for (let n = 0; n < 23; n++) await make(`c${String(n)}`, { priority: n % 3 });
      const ids: string[] = [];
      let after: string | null = null;
      do {
        const page = await backlog.list({ limit: 5, after });
        ids.push(...page.cards.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(new Set(ids).size).toBe(23);
      expect(ids).toHaveLength(23);
      for (const id of ids) expect((await backlog.claim({ owner: "me" }))?.id).toBe(id);
    });

    test("a list is filtered by status, class, phase, readiness and being open", async () => {
      await make("A", { class: "code", phase: "p" });
      await make("B", { class: "code", depends_on: ["A"] });
      await make("C", { phase: "p" });
      await backlog.block({ id: "C" });
      const ids = async (filter: Parameters<Backlog["list"]>[0]): Promise<string[]> =>
        (await backlog.list(filter)).cards.map(({ id }) => id);
      expect(await ids({ class: "code" })).toEqual(["A", "B"]);
      expect(await ids({ phase: "p" })).toEqual(["A", "C"]);
      expect(await ids({ status: "blocked" })).toEqual(["C"]);
      expect(await ids({ ready_only: true })).toEqual(["A"]);
      await backlog.complete({ id: "A" });
      expect(await ids({ open_only: true })).toEqual(["B", "C"]);
      await expect(ids({ after: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
    });

    test("a board has a column for each state, with its first cards and how many there are", async () => {
      for (const id of ["R1", "R2", "R3", "B1", "C1", "D1"]) await make(id);
      await make("R0", { priority: 5 });
      await make("W1", { depends_on: ["R1"] });
      await backlog.block({ id: "B1" });
      await claimed("C1", "ada");
      await backlog.complete({ id: "D1" });
      const { columns } = await backlog.board({ by: "status", limit: 2 });
      expect(columns.map(({ name, count, cards }) => [name, count, ...cards.map(({ id }) => id)])).toEqual([
        ["blocked", 1, "B1"],
        ["waiting", 1, "W1"],
        ["ready", 4, "R0", "R1"],
        ["claimed", 1, "C1"],
        ["done", 1, "D1"],
      ]);
      expect(columns[3]?.cards).toEqual([{ id: "C1", title: "card C1", owner: "ada" }]);
      await store.clear();
      const empty = await backlog.board({ by: "status" });
      expect(empty.columns.map(({ count, cards }) => [count, cards])).toEqual(Array(5).fill([0, []]));
    });

    test("a board of phases has them in the order of their names, and the cards without one last", async () => {
      for (const [n, phase] of ["b", null, "a", "b", "B"].entries()) await make(`c${String(n)}`, { phase });
      const { columns } = await backlog.board({ by: "phase", limit: 1 });
      expect(columns.map(({ name, count, cards }) => [name, count, cards.length])).toEqual([
        ["B", 1, 1],
        ["a", 1, 1],
        ["b", 2, 1],
        [null, 1, 1],
      ]);
    });

    test("stats count what is there", async () => {
      expect(await backlog.stats()).toMatchObject({ cards: 0, oldest_ready_age_seconds: null });
      for (const id of ["A", "B", "C", "D"]) await make(id);
      await make("E", { depends_on: ["A"] });
      await store.driver.script(
        "update backlog_card set created_at = now() - interval '90 seconds' where id = 'A'",
      );
      await backlog.block({ id: "B" });
      await backlog.complete({ id: "C" });
      await claimed("D", "me", 0.001);
      await expired(1);
      expect(await backlog.stats()).toEqual({
        ...{ version: 1, cards: 5, by_status: { ready: 2, claimed: 1, blocked: 1, done: 1 }, claimable: 1 },
        ...{ waiting: 1, oldest_ready_age_seconds: expect.toSatisfy((age) => age >= 90 && age < 150) },
        ...{ expired_claims: 1, done_last_hour: 1, done_last_day: 1 },
      });
    });

    test("events come in pages, each once", async () => {
      for (let n = 0; n < 7; n++) await make(`c${String(n)}`);
      const first = await backlog.events({ limit: 4 });
      const rest = await backlog.events({ after: first.next ?? 0, limit: 4 });
      expect(rest.next).toBeNull();
      const all = [...first.events, ...rest.events];
      expect(all.map(({ card_id }) => card_id)).toEqual(["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
      expect(all[0]).toMatchObject({ kind: "created", tenant_id: "ada", host: "h1", ts: expect.any(Number) });
    });

    test("prune forgets what is old and nothing else", async () => {
      await make("A");
      await backlog.post({ id: "m1", sender: "a", receiver: "b", text: "waits" });
      await backlog.spend({ id: "s1", agent: "a" });
      expect(await backlog.prune({ older_than_seconds: 60 })).toEqual({ events: 0, mail: 0, spend: 0 });
      for (const [table, column] of [
        ["event", "ts"],
        ["mail", "created_at"],
        ["spend", "ts"],
      ] as const)
        await store.driver.script(`update backlog_${table} set ${column} = now() - interval '2 minutes'`);
      expect(await backlog.prune({ older_than_seconds: 60 })).toEqual({ events: 1, mail: 0, spend: 1 });
      expect((await backlog.mail()).mail).toHaveLength(1);
      expect((await backlog.stats()).cards).toBe(1);
    });

    test("doctor finds counters that are wrong, and repairs them when asked", async () => {
      await make("A");
      await make("B", { depends_on: ["A"] });
      await store.driver.script("update backlog_card set unmet_deps = 3 where id = 'A'");
      await store.driver.script("update backlog_card set unmet_deps = 0 where id = 'B'");
      const { findings } = await backlog.doctor();
      expect(findings).toMatchObject([
        {
          kind: "counter",
          card_id: "A",
          message: "A counts 3 unmet dependencies and has 0",
          repaired: false,
        },
        {
          kind: "counter",
          card_id: "B",
          message: "B counts 0 unmet dependencies and has 1",
          repaired: false,
        },
      ]);
      expect((await backlog.doctor({ repair: true })).findings.map(({ repaired }) => repaired)).toEqual([
        true,
        true,
      ]);
      await healthy();
      expect(await told("B")).toEqual(["created", "repaired"]);
    });

    test("doctor finds cards that wait for each other", async () => {
      for (const id of ["A", "B", "C"]) await make(id);
      await store.driver.script("insert into backlog_dep values ('A', 'B'), ('B', 'A'), ('C', 'A')");
      await store.driver.script("update backlog_card set unmet_deps = 1");
      expect((await backlog.doctor()).findings).toMatchObject([{ kind: "cycle", repaired: false }]);
    });

    test("an export fills an empty store with the same, and a second import of it changes nothing", async () => {
      await make("Z", { acceptance: ["x"], priority: 3, idempotency_key: "k", projected_tokens: 7 });
      await make("A", { depends_on: ["Z"], body: "b", phase: "p", class: "c" });
      await make("M");
      const { fence } = await claimed("Z");
      await backlog.complete({ id: "Z", fence, evidence: { e: 1 }, actual_tokens: 9 });
      await backlog.block({ id: "M", reason: "r" });
      await claimed("A");
      await backlog.post({ id: "m2", sender: "a", receiver: "b", text: "t" });
      await backlog.post({ id: "m1", sender: "a", receiver: "b", text: "t" });
      await backlog.settle({ id: "m1", state: "delivered", why: "a turn" });
      await backlog.spend({ id: "s1", agent: "a", card_id: "Z", input_tokens: 1, cost_micros: 2 });
      const before = await exported(backlog);
      await store.clear();
      const result = await backlog.import(before);
      expect(result).toEqual({ cards: 3, events: 7, mail: 2, spend: 1, existing: 0 });
      expect(await exported(backlog)).toEqual(before);
      expect(await backlog.import(before)).toEqual({ cards: 0, events: 0, mail: 0, spend: 0, existing: 6 });
      expect(await exported(backlog)).toEqual(before);
      await healthy();
    });

    test("an import takes lines that people write, in any order", async () => {
      const lines = [
        { id: "B", title: "second", depends_on: ["A"] },
        { id: "A", title: "first", priority: 2 },
      ];
      expect(await backlog.import(lines)).toMatchObject({ cards: 2, existing: 0 });
      expect(await backlog.show({ id: "B" })).toMatchObject({ unmet_deps: 1, tenant_id: "ada", host: "h1" });
      expect(await told("A")).toEqual(["imported"]);
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
        "a line of a later version",
        [{ version: 2, kind: "card", card: {} }],
        "BACKLOG_INVALID",
        "version must be 1",
      ],
    ] as const)("an import with %s writes nothing", async ([, lines, code, message]) => {
      await make("A");
      await expect(backlog.import(lines)).rejects.toEqual(fails(code, message));
      expect((await backlog.stats()).cards).toBe(1);
      await healthy();
    });

    test("mail is posted once, settled once, and runs out", async () => {
      const mail = { id: "m1", sender: "a", receiver: "b", text: "hi" };
      expect(await backlog.post(mail)).toMatchObject({ created: true, mail: { state: "queued", why: null } });
      expect(await backlog.post({ ...mail, text: "other" })).toMatchObject({ created: false, mail });
      await backlog.post({ id: "m2", sender: "a", receiver: "c", text: "late", ttl_seconds: 0.001 });
      const out = await waitFor(
        async () => {
          const { mail: found } = await backlog.expireMail();
          return found.length > 0 && found;
        },
        { what: "the message to run out" },
      );
      expect(out).toMatchObject([{ id: "m2", sender: "a", state: "expired" }]);
      expect(await backlog.mail({ receiver: "b", state: "queued" })).toMatchObject({
        mail: [mail],
        next: null,
      });
      const settle = { id: "m1", state: "delivered", why: "turn 1" } as const;
      expect(await backlog.settle(settle)).toMatchObject({ state: "delivered", why: "turn 1" });
      expect(await backlog.settle({ ...settle, why: "turn 2" })).toMatchObject({ why: "turn 1" });
      await expect(backlog.settle({ ...settle, state: "failed" })).rejects.toEqual(
        fails("BACKLOG_MAIL_SETTLED"),
      );
      await expect(backlog.settle({ ...settle, id: "m9" })).rejects.toEqual(fails("BACKLOG_MAIL_UNKNOWN"));
      const page = await backlog.mail({ sender: "a", limit: 1 });
      expect(page).toMatchObject({ mail: [{ id: "m1" }], next: "m1" });
      expect(await backlog.mail({ sender: "a", after: page.next })).toMatchObject({ mail: [{ id: "m2" }] });
    });

    test("spend is recorded once and summed by what is asked", async () => {
      const entry = { id: "s1", agent: "a", card_id: "X", model: "m", input_tokens: 10, cost_micros: 5 };
      expect(await backlog.spend(entry)).toEqual({ created: true });
      expect(await backlog.spend(entry)).toEqual({ created: false });
      await backlog.spend({ id: "s2", agent: "a", output_tokens: 3, cost_micros: 2 });
      await backlog.spend({ id: "s3", agent: "b", cost_micros: 100 });
      expect((await backlog.spent({ by: "agent" })).sums).toEqual([
        { key: "b", input_tokens: 0, output_tokens: 0, cost_micros: 100, entries: 1 },
        { key: "a", input_tokens: 10, output_tokens: 3, cost_micros: 7, entries: 2 },
      ]);
      expect((await backlog.spent({ by: "model" })).sums.map(({ key }) => key)).toEqual([null, "m"]);
      expect(await backlog.spent({ by: "agent", since: 32_503_680_000_000 })).toEqual({ sums: [] });
    });

    test.for([
      [
        "a time to live of 0",
        { owner: "a", ttl_seconds: 0 },
        "ttl_seconds must be a number of seconds above 0",
      ],
      ["a negative time to live", { owner: "a", ttl_seconds: -1 }, "ttl_seconds"],
      ["an endless time to live", { owner: "a", ttl_seconds: Infinity }, "ttl_seconds"],
      ["no owner", { owner: "" }, "owner must be"],
      ["a key it does not know", { owner: "a", ttl: 5 } as never, '"ttl" is not a field'],
      ["NUL", { owner: "a\0" }, "without NUL"],
    ] as const)("a claim with %s is refused", async ([, request, message]) => {
      await make("A");
      await expect(backlog.claim(request)).rejects.toEqual(fails("BACKLOG_INVALID", message));
      expect((await backlog.show({ id: "A" })).status).toBe("ready");
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
        await expect(make("A", bad)).rejects.toEqual(fails("BACKLOG_INVALID"));
      const body = "é".repeat(1_048_576);
      expect((await make("A", { body })).body).toBe(body);
    });
  });
}
