import { expect, test } from "vitest";
import { storeWorld } from "./store-fixture.ts";

test("a long import and a long export leave nothing behind on the socket with every line", async () => {
  const warnings: string[] = [];
  const warned = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", warned);
  await using world = await storeWorld();
  const body = "x".repeat(50_000);
  const count = 200;
  await world.serve({
    backlog: {
      async import(records) {
        let cards = 0;
        for await (const _ of records) cards++;
        return { cards, events: 0, mail: 0, spend: 0, existing: 0 };
      },
      async *export() {
        const kept = { tenant_id: "t", host: "h", ts: 0, owner: null, kind: "created", fence: 0 } as const;
        for (let seq = 1; seq <= count; seq++)
          yield await Promise.resolve({
            ...({ version: 1, kind: "event", event: { ...kept, seq, card_id: "A", detail: body } } as const),
          });
      },
    },
  }).report;
  await using backlog = await world.client();
  const lines = Array.from({ length: count }, (_, n) => ({ id: `A${String(n)}`, title: "t", body }));
  expect(await backlog.import(lines)).toMatchObject({ cards: count });
  let events = 0;
  for await (const _ of backlog.export()) events++;
  expect(events).toBe(count);
  process.off("warning", warned);
  expect(warnings).toEqual([]);
});
