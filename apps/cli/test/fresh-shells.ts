import { writeFile } from "node:fs/promises";
import { expect } from "vitest";
import type { BacklogWorld } from "./store-world.ts";

const SHELLS = 8;

/**
 * Eight shells at once, where there is no store yet: each fills it with the same file and claims two cards, one after
 * the other. No card is had twice.
 */
export async function expectFreshClaims(fleet: BacklogWorld): Promise<void> {
  const file = `${fleet.root}/cards.jsonl`;
  const cards = Array.from({ length: 20 }, (_, i) => ({ id: `A${String(i)}`, title: "x" }));
  await writeFile(file, cards.map((card) => JSON.stringify(card)).join("\n"));
  const script =
    'set -e; "$@" import "$0" --json; "$@" claim --json --owner $$; "$@" claim --json --owner $$';
  const shells = await Promise.all(
    Array.from({ length: SHELLS }, () =>
      fleet.run(["sh", "-c", script, file, ...fleet.argv("fleet", "backlog")], { timeoutMs: 120_000 }),
    ),
  );
  expect(shells.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(shells.map(() => [0, ""]));
  const claimed = shells.flatMap(({ stdout }) =>
    [...stdout.matchAll(/"card":\{"id":"(\w+)"/g)].map(([, id]) => id),
  );
  expect(claimed).toHaveLength(2 * SHELLS);
  expect(new Set(claimed).size).toBe(2 * SHELLS);
  const { cards: held } = await fleet.json("fleet", "backlog", "list", "--status", "claimed");
  expect(held.map(({ id, fence, attempts }) => [id, fence, attempts]).sort()).toEqual(
    claimed.sort().map((id) => [id, 1, 1]),
  );
}
