import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FleetError, mosaicHome, type MosaicHome } from "@mosaic/fleet-model";
import type { Backlog, Card } from "@mosaic/fleet-backlog";
import { expect, test } from "vitest";
import { notingClaims, readClaims } from "../src/store/claim-notes.ts";
import { NOW } from "./sample.ts";

interface World extends AsyncDisposable {
  readonly home: MosaicHome;
  /** A backlog that answers with what it is given here. */
  readonly backlog: (answers: Partial<Backlog>) => Backlog;
  readonly held: (now?: number) => string[];
}

async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "mf-claims-"));
  const home = mosaicHome(root);
  return {
    home,
    // A test asks for nothing else.
    backlog: (answers) => notingClaims(answers as Backlog, home, () => NOW),
    held: (now = NOW) =>
      readClaims(home, now).map(({ owner, card, fence }) => `${owner} ${card} ${String(fence)}`),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const card = (id: string, owner: string, changes: Partial<Card> = {}): Card =>
  // What the notes look at.
  ({
    id,
    fence: 1,
    claim_owner: owner,
    claimed_at: NOW,
    claim_expires_at: NOW + 900_000,
    ...changes,
  }) as Card;

const claimed = async ({ backlog }: World, won: Card): Promise<void> => {
  await backlog({ claim: () => Promise.resolve(won) }).claim({ owner: won.claim_owner ?? "" });
};
const lost = (): Promise<never> =>
  Promise.reject(new FleetError({ code: "BACKLOG_FENCE_LOST", message: "lost", hint: "stop" }));
const free = { claim_owner: null, claimed_at: null, claim_expires_at: null };

test("claims are known by their owner, the latest first, until their time is over", async () => {
  await using w = await world();
  await claimed(w, card("team/A1", "coder0"));
  await claimed(w, card("A2", "coder0", { claimed_at: NOW + 1, claim_expires_at: NOW + 60_000 }));
  expect(w.held()).toEqual(["coder0 A2 1", "coder0 team/A1 1"]);
  expect(w.held(NOW + 60_000)).toEqual(["coder0 team/A1 1"]);
});

test("a renewal goes on with the claim", async () => {
  await using w = await world();
  await claimed(w, card("A1", "coder0", { claim_expires_at: NOW + 1_000 }));
  const renewed = card("A1", "coder0", { claim_expires_at: NOW + 2_000 });
  await w.backlog({ renew: () => Promise.resolve(renewed) }).renew({ id: "A1", fence: 1 });
  expect(w.held(NOW + 1_500)).toEqual(["coder0 A1 1"]);
});

const ENDS: readonly (readonly [string, (backlog: World["backlog"]) => Promise<unknown>])[] = [
  [
    "release",
    (b) => b({ release: () => Promise.resolve(card("A1", "", free)) }).release({ id: "A1", fence: 1 }),
  ],
  [
    "complete",
    (b) =>
      b({ complete: () => Promise.resolve({ card: card("A1", "", free), freed: [] }) }).complete({
        id: "A1",
      }),
  ],
  ["block", (b) => b({ block: () => Promise.resolve(card("A1", "", free)) }).block({ id: "A1" })],
  [
    "reclaim",
    (b) =>
      b({
        reclaim: () =>
          Promise.resolve({ reclaimed: [{ id: "A1", owner: "coder0", fence: 1, claim_expires_at: NOW }] }),
      }).reclaim(),
  ],
  [
    "a renewal that is refused",
    (b) =>
      b({ renew: lost })
        .renew({ id: "A1", fence: 1 })
        .catch(() => undefined),
  ],
  [
    "a release that is refused",
    (b) =>
      b({ release: lost })
        .release({ id: "A1", fence: 1 })
        .catch(() => undefined),
  ],
];

test.for(ENDS)("%s ends the claim, and no other", async ([, end]) => {
  await using w = await world();
  await claimed(w, card("A1", "coder0"));
  await claimed(w, card("A2", "coder1"));
  await end(w.backlog);
  expect(w.held()).toEqual(["coder1 A2 1"]);
});

test.for(ENDS)("%s leaves a later claim of the card", async ([, end]) => {
  await using w = await world();
  await claimed(w, card("A1", "coder1", { fence: 2 }));
  await end(w.backlog);
  expect(w.held()).toEqual(["coder1 A1 2"]);
});

test("an earlier claim that is told late does not hide the later one", async () => {
  await using w = await world();
  await claimed(w, card("A1", "coder1", { fence: 2 }));
  await claimed(w, card("A1", "coder0", { fence: 1 }));
  expect(w.held()).toEqual(["coder1 A1 2"]);
});

test("what ran out is forgotten with the next claim: another host may have taken it", async () => {
  await using w = await world();
  await claimed(w, card("A1", "coder0", { claim_expires_at: NOW - 1 }));
  await claimed(w, card("A2", "coder0"));
  expect(await readdir(w.home.claims)).toEqual(["A2"]);
});

test("what ran out does not gather, though a claim looks at a few notes only", async () => {
  await using w = await world();
  const over = NOW - 1;
  await claimed(w, card("A0", "coder0"));
  const note = { version: 1, owner: "coder0", fence: 1, since: NOW, until: over };
  for (let i = 0; i < 100; i++)
    await writeFile(w.home.claim(`old${String(i)}`), JSON.stringify({ ...note, card: `old${String(i)}` }));
  for (let i = 0; i < 100; i++) await claimed(w, card(`A${String(i)}`, "coder0"));
  const left = (await readdir(w.home.claims)).filter((name) => name.startsWith("old"));
  expect(left.length).toBeLessThan(50);
  expect(w.held()).toHaveLength(100);
});

test("a claim that cannot be noted is given all the same", async () => {
  await using w = await world();
  await writeFile(join(w.home.root, "fleet"), "a file where the folder should be");
  const backlog = w.backlog({ claim: () => Promise.resolve(card("A1", "coder0")) });
  expect(await backlog.claim({ owner: "coder0" })).toMatchObject({ id: "A1" });
});

test("what is no note is passed over, also one that would write on the operator's screen", async () => {
  await using w = await world();
  await claimed(w, card("A1", "coder0"));
  const note = { version: 1, owner: "coder0", fence: 1, since: NOW, until: NOW + 1 };
  for (const text of ["", "{", "null", JSON.stringify({ ...note, card: "\u001b]0;x" }), JSON.stringify(note)])
    await writeFile(w.home.claim(`B${String(text.length)}`), text);
  expect(w.held()).toEqual(["coder0 A1 1"]);
});
