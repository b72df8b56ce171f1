import { expect, test } from "vitest";
import { type Subject } from "./contract-subject.ts";

/** What keeps a store small and right. */
export function upkeep(on: Subject): void {
  test("prune forgets what is old and nothing else", async () => {
    await on.make("A");
    await on.backlog.post({ id: "m1", sender: "a", receiver: "b", text: "waits" });
    await on.backlog.spend({ id: "s1", agent: "a" });
    expect(await on.backlog.prune({ older_than_seconds: 60 })).toEqual({ events: 0, mail: 0, spend: 0 });
    for (const [table, column] of [
      ["event", "ts"],
      ["mail", "created_at"],
      ["spend", "ts"],
    ] as const)
      await on.store.driver.script(`update backlog_${table} set ${column} = now() - interval '2 minutes'`);
    const forgotten = { events: 1, mail: 0, spend: 1 };
    expect(await on.backlog.prune({ older_than_seconds: 60, dry_run: true })).toEqual(forgotten);
    expect(await on.told("A")).toEqual(["created"]);
    expect(await on.backlog.prune({ older_than_seconds: 60 })).toEqual(forgotten);
    expect(await on.told("A")).toEqual([]);
    expect((await on.backlog.mail()).mail).toHaveLength(1);
    expect((await on.backlog.stats()).cards).toBe(1);
  });

  test("doctor finds counters that are wrong, and repairs them when asked", async () => {
    await on.make("A");
    await on.make("B", { depends_on: ["A"] });
    await on.store.driver.script("update backlog_card set unmet_deps = 3 where id = 'A'");
    await on.store.driver.script("update backlog_card set unmet_deps = 0 where id = 'B'");
    const { findings } = await on.backlog.doctor();
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
    expect((await on.backlog.doctor({ repair: true })).findings.map(({ repaired }) => repaired)).toEqual([
      true,
      true,
    ]);
    await on.healthy();
    expect(await on.told("B")).toEqual(["created", "repaired"]);
  });

  test("doctor finds cards that wait for each other", async () => {
    for (const id of ["A", "B", "C"]) await on.make(id);
    await on.store.driver.script("insert into backlog_dep values ('A', 'B'), ('B', 'A'), ('C', 'A')");
    await on.store.driver.script("update backlog_card set unmet_deps = 1");
    expect((await on.backlog.doctor()).findings).toMatchObject([{ kind: "cycle", repaired: false }]);
  });
}
