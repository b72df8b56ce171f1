import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fails, type Subject } from "./contract-subject.ts";

/** What is kept beside the cards. */
export function mailAndSpend(on: Subject): void {
  test("mail is posted once, settled once, and runs out", async () => {
    const mail = { id: "m1", sender: "a", receiver: "b", text: "hi" };
    expect(await on.backlog.post(mail)).toMatchObject({
      created: true,
      mail: { state: "queued", why: null },
    });
    expect(await on.backlog.post({ ...mail, text: "other" })).toMatchObject({ created: false, mail });
    await on.backlog.post({ id: "m2", sender: "a", receiver: "c", text: "late", ttl_seconds: 0.001 });
    const out = await waitFor(
      async () => {
        const { mail: found } = await on.backlog.expireMail();
        return found.length > 0 && found;
      },
      { what: "the message to run out" },
    );
    expect(out).toMatchObject([{ id: "m2", sender: "a", state: "expired" }]);
    expect(await on.backlog.mail({ receiver: "b", state: "queued" })).toMatchObject({
      mail: [mail],
      next: null,
    });
    const settle = { id: "m1", state: "delivered", why: "turn 1" } as const;
    expect(await on.backlog.settle(settle)).toMatchObject({ state: "delivered", why: "turn 1" });
    expect(await on.backlog.settle({ ...settle, why: "turn 2" })).toMatchObject({ why: "turn 1" });
    await expect(on.backlog.settle({ ...settle, state: "failed" })).rejects.toEqual(
      fails("BACKLOG_MAIL_SETTLED"),
    );
    await expect(on.backlog.settle({ ...settle, id: "m9" })).rejects.toEqual(fails("BACKLOG_MAIL_UNKNOWN"));
    const page = await on.backlog.mail({ sender: "a", limit: 1 });
    expect(page).toMatchObject({ mail: [{ id: "m1" }], next: "m1" });
    expect(await on.backlog.mail({ sender: "a", after: page.next })).toMatchObject({ mail: [{ id: "m2" }] });
  });

  test("spend is recorded once and summed by what is asked", async () => {
    const entry = { id: "s1", agent: "a", card_id: "X", model: "m", input_tokens: 10, cost_micros: 5 };
    expect(await on.backlog.spend(entry)).toEqual({ created: true });
    expect(await on.backlog.spend(entry)).toEqual({ created: false });
    await on.backlog.spend({ id: "s2", agent: "a", output_tokens: 3, cost_micros: 2 });
    await on.backlog.spend({ id: "s3", agent: "b", cost_micros: 100 });
    expect((await on.backlog.spent({ by: "agent" })).sums).toEqual([
      { key: "b", input_tokens: 0, output_tokens: 0, cost_micros: 100, entries: 1 },
      { key: "a", input_tokens: 10, output_tokens: 3, cost_micros: 7, entries: 2 },
    ]);
    expect((await on.backlog.spent({ by: "model" })).sums.map(({ key }) => key)).toEqual([null, "m"]);
    expect(await on.backlog.spent({ by: "agent", since: 32_503_680_000_000 })).toEqual({ sums: [] });
  });
}
