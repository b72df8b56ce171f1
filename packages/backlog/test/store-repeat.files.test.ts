import { BacklogError, type Backlog, type Card } from "@mosaic/fleet-backlog";
import { expect, test } from "vitest";
import { storeWorld } from "./store-fixture.ts";

const card = (more: Partial<Card>): Card =>
  ({ id: "A1", title: "One", body: null, depends_on: [], status: "ready", fence: 1, ...more }) as Card; // Looked at.

const refused = (code: BacklogError["code"]) => (): Promise<never> =>
  Promise.reject(new BacklogError({ code, message: "refused", hint: "" }));

/** The first service dies with the operation done and its answer lost; the second one refuses to do it again. */
async function afterDeath<T>(
  second: Partial<Backlog>,
  name: keyof Backlog & string,
  ask: (backlog: Backlog) => Promise<T>,
): Promise<T> {
  await using world = await storeWorld();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const first = world.serve({
    backlog: {
      [name]: () => {
        begin(undefined);
        return new Promise(() => undefined);
      },
    },
  });
  await first.report;
  await using backlog = await world.client({
    start: async () => JSON.stringify(await world.serve({ backlog: second }).report),
  });
  const asked = ask(backlog);
  await begun;
  first.stop();
  return await asked;
}

const is =
  (now: Partial<Card>): Backlog["show"] =>
  () =>
    Promise.resolve(card(now));

test.for<[string, keyof Backlog & string, Partial<Backlog>, (backlog: Backlog) => Promise<unknown>, object]>([
  [
    "a create that was done is not refused for the card it made",
    "create",
    { create: refused("BACKLOG_CARD_EXISTS"), show: is({ status: "ready" }) },
    (backlog) => backlog.create({ id: "A1", title: "One" }),
    { created: true, card: { id: "A1" } },
  ],
  [
    "a release that was done is not a lost claim",
    "release",
    { release: refused("BACKLOG_FENCE_LOST"), show: is({ status: "ready", fence: 1 }) },
    (backlog) => backlog.release({ id: "A1", fence: 1 }),
    { status: "ready" },
  ],
  [
    "a block that was done is not a lost claim",
    "block",
    { block: refused("BACKLOG_FENCE_LOST"), show: is({ status: "blocked", fence: 1 }) },
    (backlog) => backlog.block({ id: "A1", fence: 1 }),
    { status: "blocked" },
  ],
])("%s", { timeout: 20_000 }, async ([, name, second, ask, answer]) => {
  expect(await afterDeath(second, name, ask)).toMatchObject(answer);
});

test.for<[string, keyof Backlog & string, Partial<Backlog>, (backlog: Backlog) => Promise<unknown>, string]>([
  [
    "a card of that id that says something else is somebody else's",
    "create",
    { create: refused("BACKLOG_CARD_EXISTS"), show: is({ title: "Two" }) },
    (backlog) => backlog.create({ id: "A1", title: "One" }),
    "BACKLOG_CARD_EXISTS",
  ],
  [
    "a card that somebody has claimed since is lost",
    "release",
    { release: refused("BACKLOG_FENCE_LOST"), show: is({ status: "claimed", fence: 2 }) },
    (backlog) => backlog.release({ id: "A1", fence: 1 }),
    "BACKLOG_FENCE_LOST",
  ],
])("%s", { timeout: 20_000 }, async ([, name, second, ask, code]) => {
  await expect(afterDeath(second, name, ask)).rejects.toMatchObject({ code });
});

test("a claim is asked again with the same token", { timeout: 20_000 }, async () => {
  const tokens: unknown[] = [];
  await using world = await storeWorld();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const first = world.serve({
    backlog: {
      claim: ({ claim_token }) => {
        tokens.push(claim_token);
        begin(undefined);
        return new Promise(() => undefined);
      },
    },
  });
  await first.report;
  const claim: Backlog["claim"] = ({ claim_token }) => {
    tokens.push(claim_token);
    return Promise.resolve(null);
  };
  await using backlog = await world.client({
    start: async () => JSON.stringify(await world.serve({ backlog: { claim } }).report),
  });
  const asked = backlog.claim({ owner: "coder0" });
  await begun;
  first.stop();
  expect(await asked).toBeNull();
  expect(tokens).toEqual([expect.any(String), tokens[0]]);
});
