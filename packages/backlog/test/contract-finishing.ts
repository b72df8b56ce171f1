import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";

/** What ends the work on a card, what waited for it, and what takes that back. */
export function finishing(on: Subject): void {
  test("complete frees what waited for nothing else", async () => {
    await on.make("A");
    await on.make("B");
    await on.make("C", { depends_on: ["A"] });
    await on.make("D", { depends_on: ["B", "A"] });
    expect((await on.backlog.show({ id: "D" })).depends_on).toEqual(["A", "B"]);
    const { fence } = await on.claimed("A");
    const evidence = { commit: "abc", checks: ["green"] };
    const { card, freed } = await on.backlog.complete({ id: "A", fence, evidence, actual_tokens: 5 });
    expect(card).toMatchObject({ status: "done", evidence, actual_tokens: 5, claim_owner: null, fence: 1 });
    expect(freed).toEqual(["C"]);
    expect((await on.backlog.complete({ id: "B" })).freed).toEqual(["D"]);
    await on.healthy();
  });

  test("a repeated complete returns the card as it is", async () => {
    await on.make("A");
    const { fence } = await on.claimed("A");
    const { card } = await on.backlog.complete({ id: "A", fence, evidence: 1 });
    expect(await on.backlog.complete({ id: "A", fence, evidence: 2 })).toEqual({ card, freed: [] });
    expect(await on.backlog.complete({ id: "A" })).toEqual({ card, freed: [] });
    expect(await on.told("A")).toEqual(["created", "claimed", "completed"]);
  });

  test("a holder whose card the operator completed is told so", async () => {
    await on.make("A");
    const { fence } = await on.claimed("A");
    await on.backlog.complete({ id: "A", evidence: "operator" });
    await expect(on.backlog.complete({ id: "A", fence, evidence: "agent" })).rejects.toEqual(
      fails("BACKLOG_FENCE_LOST", "is done"),
    );
    await expect(on.backlog.complete({ id: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN"));
  });

  test("reopen makes the dependents wait again", async () => {
    await on.make("A");
    await on.make("B", { depends_on: ["A"] });
    await on.backlog.complete({ id: "A" });
    expect(await on.backlog.reopen({ id: "A" })).toMatchObject({ status: "ready" });
    expect((await on.backlog.show({ id: "B" })).unmet_deps).toBe(1);
    await expect(on.backlog.reopen({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY"));
    await on.healthy();
  });

  test("block ends the claim and keeps the reason; unblock makes the card ready", async () => {
    await on.make("A");
    const { fence } = await on.claimed("A");
    expect(await on.backlog.block({ id: "A", fence, reason: "no access" })).toMatchObject({
      ...{ status: "blocked", claim_owner: null },
    });
    const last = (await on.backlog.events({ card_id: "A" })).events.at(-1);
    expect(last).toMatchObject({ kind: "blocked", owner: "coder", detail: { reason: "no access" } });
    expect(await on.backlog.claim({ owner: "me" })).toBeNull();
    expect(await on.backlog.unblock({ id: "A" })).toMatchObject({ status: "ready" });
    await expect(on.backlog.unblock({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY"));
    await on.backlog.complete({ id: "A" });
    await expect(on.backlog.block({ id: "A" })).rejects.toEqual(fails("BACKLOG_NOT_READY", "is done"));
  });

  test("link and unlink change what a card waits for, and may be repeated", async () => {
    await on.make("A");
    await on.make("B");
    for (let n = 0; n < 2; n++)
      expect(await on.backlog.link({ from: "A", to: "B" })).toMatchObject({
        depends_on: ["B"],
        unmet_deps: 1,
      });
    expect((await on.backlog.claim({ owner: "me" }))?.id).toBe("B");
    for (let n = 0; n < 2; n++)
      expect(await on.backlog.unlink({ from: "A", to: "B" })).toMatchObject({
        depends_on: [],
        unmet_deps: 0,
      });
    expect(await on.told("A")).toEqual(["created", "linked", "unlinked"]);
    await expect(on.backlog.link({ from: "A", to: "X" })).rejects.toEqual(fails("BACKLOG_CARD_UNKNOWN", "X"));
  });
}
