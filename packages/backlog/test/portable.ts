import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Backlog } from "../src/backlog.ts";
import type { Json, NewCard } from "../src/card.ts";
import { exported, type TestStore } from "./stores.ts";
import { withStore } from "./with-store.ts";

/** Postgres takes neither NUL nor half a surrogate pair, and the store says so. */
const storable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
const texts = (minLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: "binary", minLength, maxLength: 30 }).filter(storable);
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 });
// What JSON can say: `-0` for one it cannot.
const json = fc
  .jsonValue({ stringUnit: "binary", maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)
  .filter((value) => everyText(value, storable));

function everyText(value: Json, holds: (text: string) => boolean): boolean {
  if (typeof value === "string") return holds(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, one]) => holds(key) && everyText(one, holds));
}

const card = fc.record<Omit<NewCard, "id" | "idempotency_key">>({
  title: texts(1),
  body: sometimes(texts(0)),
  phase: sometimes(texts(1)),
  class: sometimes(texts(1)),
  priority: fc.integer({ min: -3, max: 3 }),
  acceptance: json,
  projected_tokens: sometimes(fc.maxSafeNat()),
});
const life = fc.record({
  card,
  owner: texts(1),
  token: sometimes(fc.uuid()),
  after: fc.boolean(),
  ends: fc.constantFrom("never", "completed", "by operator", "released", "blocked", "reclaimed"),
  evidence: json,
  reason: texts(0),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** Lets a card live through what an import can be asked to carry. */
async function live(backlog: Backlog, n: number, life: Life): Promise<void> {
  const id = `c${String(n)}`;
  const depends_on = life.after && n > 0 ? [`c${String(n - 1)}`] : [];
  await backlog.create({ ...life.card, id, depends_on, idempotency_key: `key of ${id}` });
  const ready = (await backlog.show({ id })).unmet_deps === 0;
  if (life.ends === "by operator") await backlog.complete({ id, evidence: life.evidence });
  else if (life.ends === "blocked") await backlog.block({ id, reason: life.reason });
  if (!ready || life.ends === "by operator" || life.ends === "blocked") return;
  const token = life.token === null ? {} : { claim_token: life.token };
  const { fence = 0 } = (await backlog.claim({ id, owner: life.owner, ...token })) ?? {};
  await backlog.renew({ id, fence, ttl_seconds: 3_000.5 });
  if (life.ends === "completed") await backlog.complete({ id, fence, evidence: life.evidence });
  if (life.ends === "released") await backlog.release({ id, fence });
  const detail = life.reason;
  if (life.ends === "reclaimed") await backlog.reclaim({ id, proof: { kind: "operator", detail } });
}

const bytesOf = async (backlog: Backlog): Promise<string> =>
  (await exported(backlog)).map((record) => `${JSON.stringify(record)}\n`).join("");
const linesOf = (text: string): unknown[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

const LONG = { timeout: 180_000 };

/** What leaves one store and what another takes. */
export function portable(name: string, open: () => Promise<TestStore>): void {
  describe(`an export of ${name}`, () => {
    const on = withStore(open);

    test(
      "comes back byte for byte, whatever texts people write and whatever became of the cards",
      LONG,
      async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(life, { maxLength: 6 }), texts(0), async (lives, text) => {
            await on.store.clear();
            for (const [n, one] of lives.entries()) await live(on.backlog, n, one);
            // Posted in another order than that of their ids.
            for (const id of ["m2", "m1"]) await on.backlog.post({ id, sender: "a", receiver: "b", text });
            await on.backlog.settle({ id: "m2", state: "failed", why: text });
            await on.backlog.spend({ id: "s1", agent: "a", card_id: "c0", input_tokens: 1, cost_micros: 2 });
            const before = await bytesOf(on.backlog);
            await on.store.clear();
            await on.backlog.import(linesOf(before));
            expect(await bytesOf(on.backlog)).toBe(before);
            expect((await on.backlog.doctor()).findings).toEqual([]);
            expect((await on.backlog.mail()).mail.map(({ id }) => id)).toEqual(["m2", "m1"]);
          }),
          { numRuns: 25 },
        );
      },
    );

    test("of every version ever written is taken as it is", async () => {
      const file = new URL("./export-version-1.jsonl", import.meta.url);
      const text = await readFile(file, "utf8");
      await on.backlog.import(linesOf(text));
      expect(await bytesOf(on.backlog)).toBe(text);
    });

    test("is one view, and keeps nobody waiting while it is read", async () => {
      for (const id of ["A", "B"]) await on.backlog.create({ id, title: id });
      const seen: string[] = [];
      for await (const record of on.backlog.export()) {
        seen.push(record.kind === "card" ? record.card.id : record.kind);
        await on.backlog.create({ id: `later${String(seen.length)}`, title: "t" });
      }
      expect(seen).toEqual(["A", "B", "event", "event"]);
    });

    test("has every row once, also where a page is full and where rows are large", async () => {
      const body = "x".repeat(1_000_000);
      const large = Array.from({ length: 12 }, (_, n) => ({ id: `L${String(n)}`, title: "t", body }));
      const small = Array.from({ length: 2_001 }, (_, n) => ({ id: `S${String(n)}`, title: "t" }));
      await on.backlog.import([...small, ...large]);
      const ids: string[] = [];
      let events = 0;
      for await (const record of on.backlog.export())
        if (record.kind === "card") ids.push(record.card.id);
        else events++;
      expect(ids).toEqual([...small, ...large].map(({ id }) => id).sort());
      expect(events).toBe(2_013);
    });
  });

  describe(`an import into ${name}`, () => {
    const on = withStore(open);

    const moved = async (): Promise<void> => {
      const records = await exported(on.backlog);
      await on.store.clear();
      await on.backlog.import(records);
    };

    test("lets the holder of a claim go on, and refuses everyone before", async () => {
      await on.backlog.create({ id: "A", title: "a" });
      await on.backlog.claim({ id: "A", owner: "first" });
      await on.backlog.reclaim({ id: "A", proof: { kind: "operator" } });
      const claimed = await on.backlog.claim({ id: "A", owner: "second", claim_token: "t" });
      await moved();
      expect(await on.backlog.claim({ owner: "second", claim_token: "t" })).toEqual(claimed);
      expect(await on.backlog.claim({ owner: "third" })).toBeNull();
      const late = { id: "A", fence: 1 };
      for (const write of ["renew", "release", "complete", "block"] as const)
        await expect(on.backlog[write](late)).rejects.toMatchObject({ code: "BACKLOG_FENCE_LOST" });
      const { card: done } = await on.backlog.complete({ id: "A", fence: 2, evidence: "mine" });
      await moved();
      // Its answer was lost: it is asked for again in the new on.store.
      expect(await on.backlog.complete({ id: "A", fence: 2, evidence: "other" })).toEqual({
        card: done,
        freed: [],
      });
      await expect(on.backlog.complete(late)).rejects.toMatchObject({ code: "BACKLOG_FENCE_LOST" });
    });

    test("frees a claim that ran out on the way, with the next fence", async () => {
      await on.backlog.create({ id: "A", title: "a" });
      await on.backlog.claim({ id: "A", owner: "first" });
      const records = await exported(on.backlog);
      await on.store.clear();
      const ended = { claimed_at: 1, claim_expires_at: 2 };
      await on.backlog.import(
        records.map((record): unknown => JSON.parse(JSON.stringify(record), within(ended))),
      );
      await expect(on.backlog.complete({ id: "A", fence: 1 })).rejects.toMatchObject({
        code: "BACKLOG_FENCE_LOST",
      });
      expect((await on.backlog.reclaim()).reclaimed).toMatchObject([{ id: "A", fence: 1 }]);
      expect(await on.backlog.claim({ owner: "second" })).toMatchObject({ id: "A", fence: 2 });
    });

    test("puts a history behind the one that is there", async () => {
      await on.backlog.create({ id: "A", title: "a" });
      await on.backlog.complete({ id: "A" });
      const records = await exported(on.backlog);
      await on.store.clear();
      for (const id of ["X", "Y", "Z"]) await on.backlog.create({ id, title: "t" });
      await on.backlog.import(records);
      await on.backlog.create({ id: "Q", title: "t" });
      const { events } = await on.backlog.events();
      expect(events.map(({ seq, card_id, kind }) => `${String(seq)} ${card_id} ${kind}`)).toEqual([
        ...["1 X created", "2 Y created", "3 Z created"],
        ...["4 A created", "5 A completed", "6 Q created"],
      ]);
    });

    test("of two cards with one id takes the first, with what it depends on", async () => {
      const lines = [
        { id: "A", title: "first" },
        { id: "A", title: "second", depends_on: ["X"] },
      ];
      expect(await on.backlog.import(lines)).toMatchObject({ cards: 1, existing: 1 });
      expect(await on.backlog.show({ id: "A" })).toMatchObject({ title: "first", depends_on: [] });
    });

    const event = {
      ...{ seq: 1, ts: 0, kind: "created", card_id: "A", owner: null, fence: 0, detail: null },
      ...{ tenant_id: "t", host: "h" },
    };
    test.for<[string, unknown, string]>([
      [
        "a claim without an owner",
        { id: "A", title: "a", status: "claimed" },
        "line 1: claim_owner is missing",
      ],
      ["an owner without a claim", { id: "A", title: "a", claim_owner: "x" }, "belongs to a claimed card"],
      ["an endless number", { version: 1, kind: "event", event: { ...event, seq: 2 ** 50 } }, "seq must be"],
    ])("refuses %s", async ([, line, message]) => {
      await expect(on.backlog.import([line])).rejects.toMatchObject({
        code: "BACKLOG_INVALID",
        message: expect.stringContaining(message),
      });
      expect((await on.backlog.stats()).cards).toBe(0);
    });

    test("refuses two histories at once, and says how they come in", async () => {
      const twice = [event, { ...event, kind: "completed" }].map((one) => ({
        ...{ version: 1, kind: "event", event: one },
      }));
      await expect(on.backlog.import([{ id: "A", title: "a" }, ...twice])).rejects.toMatchObject({
        code: "BACKLOG_INVALID",
        hint: expect.stringContaining("one after the other"),
      });
      expect((await on.backlog.stats()).cards).toBe(0);
    });

    test("waits for a slow sender without keeping anybody else waiting", async () => {
      const slow = async function* (): AsyncGenerator {
        yield { id: "A", title: "a" };
        await on.backlog.create({ id: "B", title: "b" });
        yield { id: "C", title: "c", depends_on: ["B"] };
      };
      expect(await on.backlog.import(slow())).toMatchObject({ cards: 2 });
    });

    test("that its sender breaks off takes nothing", async () => {
      const broken = async function* (): AsyncGenerator {
        yield { id: "A", title: "a" };
        throw new Error("the line is dead");
      };
      await expect(on.backlog.import(broken())).rejects.toThrow("the line is dead");
      expect((await on.backlog.stats()).cards).toBe(0);
    });
  });
}

/** Replaces numbers by their key. */
const within =
  (values: Readonly<Record<string, number>>) =>
  (key: string, value: unknown): unknown =>
    typeof value === "number" && Object.hasOwn(values, key) ? values[key] : value;
