import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";

/** Who gets which card. */
export function claims(on: Subject): void {
  test("a claim takes the highest priority, then the oldest, then the lowest id", async () => {
    await on.make("c");
    await on.make("a", { priority: 5 });
    await on.make("b", { priority: 5 });
    await on.store.driver.script("update backlog_card set created_at = '2026-01-01' where id in ('a', 'b')");
    await on.make("d", { priority: -1 });
    const order: (string | undefined)[] = [];
    for (let n = 0; n < 5; n++) order.push((await on.backlog.claim({ owner: "me" }))?.id);
    expect(order).toEqual(["a", "b", "c", "d", undefined]);
  });

  test("a claim can be of one class and one phase", async () => {
    await on.make("a", { class: "code", phase: "p1", priority: 9 });
    await on.make("b", { class: "code", phase: "p2" });
    await on.make("c", { class: "review", phase: "p2" });
    expect(await on.backlog.claim({ owner: "me", class: "review" })).toMatchObject({ id: "c" });
    expect(await on.backlog.claim({ owner: "me", class: "code", phase: "p2" })).toMatchObject({ id: "b" });
    expect(await on.backlog.claim({ owner: "me", phase: "p2" })).toBeNull();
  });

  test("many who claim at once have a card each", async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `c${String(n)}`);
    for (const id of ids) await on.make(id);
    const won = await Promise.all(
      Array.from({ length: 24 }, (_, n) => on.backlog.claim({ owner: `o${String(n)}` })),
    );
    const cards = won.flatMap((card) => (card === null ? [] : [card.id]));
    expect(cards.sort()).toEqual(ids.sort());
  });

  test("the same token returns the card it won, and nothing else", async () => {
    await on.make("A");
    await on.make("B");
    const request = { owner: "me", claim_token: "t1" };
    const first = await on.backlog.claim(request);
    expect(await on.backlog.claim(request)).toEqual(first);
    expect(await on.backlog.claim({ owner: "me", claim_token: "t2" })).toMatchObject({ id: "B" });
    expect(await on.backlog.claim(request)).toEqual(first);
    expect(await on.backlog.claim({ ...request, id: "A" })).toEqual(first);
    await expect(on.backlog.claim({ ...request, owner: "you" })).rejects.toEqual(fails("BACKLOG_INVALID"));
    expect((await on.backlog.show({ id: "A" })).attempts).toBe(1);
  });

  test("one token sent twice at once wins one card", async () => {
    for (const id of ["A", "B", "C"]) await on.make(id);
    const both = await Promise.all(
      [1, 2, 3, 4].map(() => on.backlog.claim({ owner: "me", claim_token: "t" })),
    );
    expect(new Set(both.map((card) => card?.id)).size).toBe(1);
    expect((await on.backlog.stats()).by_status.claimed).toBe(1);
  });

  test("a claim by id says why there is none", async () => {
    await on.make("A");
    await on.make("B", { depends_on: ["A"] });
    const claim = (id: string): Promise<unknown> => on.backlog.claim({ owner: "me", id });
    await expect(claim("X")).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
    await expect(claim("B")).rejects.toEqual(
      fails("BACKLOG_NOT_READY", "waits for 1 of its dependencies: A"),
    );
    await on.claimed("A", "you");
    await expect(claim("A")).rejects.toEqual(fails("BACKLOG_CLAIMED", "by you with fence 1"));
    await on.backlog.complete({ id: "A" });
    await expect(claim("A")).rejects.toEqual(fails("BACKLOG_NOT_READY", "is done"));
    await on.backlog.block({ id: "B" });
    await expect(claim("B")).rejects.toEqual(fails("BACKLOG_NOT_READY", "is blocked"));
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
    await on.make("A");
    await expect(on.backlog.claim(request)).rejects.toEqual(fails("BACKLOG_INVALID", message));
    expect((await on.backlog.show({ id: "A" })).status).toBe("ready");
  });
}
