import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";

/** What becomes of a claim: renewed, given back, taken back. */
export function heldClaims(on: Subject): void {
  test("renew extends a claim from now on", async () => {
    await on.make("A");
    const { fence, claim_expires_at } = await on.claimed("A", "me", 60);
    const renewed = await on.backlog.renew({ id: "A", fence, ttl_seconds: 600 });
    expect(renewed.claim_ttl_seconds).toBe(600);
    expect(renewed.claim_expires_at).toBeGreaterThan((claim_expires_at ?? 0) + 500_000);
    const again = await on.backlog.renew({ id: "A", fence });
    expect(again.claim_ttl_seconds).toBe(600);
  });

  test("every write of a lost claim is refused with who holds the card now", async () => {
    await on.make("A");
    const old = await on.claimed("A", "me", 0.001);
    await on.expired(1);
    const ref = { id: "A", fence: old.fence };
    const late = [
      () => on.backlog.renew(ref),
      () => on.backlog.release(ref),
      () => on.backlog.complete({ ...ref, evidence: "late" }),
      () => on.backlog.block(ref),
    ];
    for (const write of late) await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "by me"));
    await on.backlog.reclaim();
    for (const write of late)
      await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "is ready and nobody holds it"));
    const now = await on.claimed("A", "you");
    expect(now.fence).toBe(old.fence + 1);
    for (const write of late)
      await expect(write()).rejects.toEqual(fails("BACKLOG_FENCE_LOST", "is held by you with fence 2"));
    expect(await on.backlog.show({ id: "A" })).toEqual(now);
  });

  test("release gives the card back, once", async () => {
    await on.make("A");
    const { fence } = await on.claimed("A");
    expect(await on.backlog.release({ id: "A", fence })).toMatchObject({
      ...{ status: "ready", claim_owner: null, fence: 1, attempts: 1 },
    });
    await expect(on.backlog.release({ id: "A", fence })).rejects.toEqual(fails("BACKLOG_FENCE_LOST"));
    expect(await on.told("A")).toEqual(["created", "claimed", "released"]);
  });

  test("reclaim frees what has expired and leaves what has not", async () => {
    await on.make("A");
    await on.make("B");
    await on.claimed("A", "gone", 0.001);
    await on.claimed("B", "here", 900);
    await on.expired(1);
    const { reclaimed } = await on.backlog.reclaim();
    expect(reclaimed).toEqual([{ id: "A", owner: "gone", fence: 1, claim_expires_at: expect.any(Number) }]);
    expect(await on.backlog.show({ id: "A" })).toMatchObject({ status: "ready", attempts: 1, fence: 1 });
    expect(await on.backlog.show({ id: "B" })).toMatchObject({ status: "claimed", claim_owner: "here" });
    expect(await on.backlog.reclaim()).toEqual({ reclaimed: [] });
  });

  test("an expiry alone does not free the claim of an owner who is known to be alive", async () => {
    await on.make("A");
    await on.claimed("A", "alive", 0.001);
    await on.expired(1);
    expect(await on.backlog.reclaim({ alive_owners: ["alive"] })).toEqual({ reclaimed: [] });
    expect((await on.backlog.reclaim({ alive_owners: ["other"] })).reclaimed).toHaveLength(1);
  });

  test("a proof frees a claim that has not expired, and stands in the history", async () => {
    for (const id of ["A", "B", "C"]) await on.make(id);
    await on.claimed("A", "dead");
    await on.claimed("B", "dead");
    await on.claimed("C", "alive");
    expect(await on.backlog.reclaim({ id: "C" })).toEqual({ reclaimed: [] });
    const proof = { kind: "session-gone", detail: "no session dead" } as const;
    const { reclaimed } = await on.backlog.reclaim({ owner: "dead", proof });
    expect(reclaimed.map(({ id }) => id)).toEqual(["A", "B"]);
    const last = (await on.backlog.events({ card_id: "A" })).events.at(-1);
    expect(last).toMatchObject({ kind: "reclaimed", owner: "dead", fence: 1, detail: proof });
    await expect(on.backlog.reclaim({ id: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
  });
}
