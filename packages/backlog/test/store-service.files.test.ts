import { existsSync } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { BacklogError, lookAtStore, stopStore, type Backlog, type Card } from "@mosaic/fleet-backlog";
import { expect, test } from "vitest";
import { storeWorld } from "./store-fixture.ts";

const card = (id: string, more: Partial<Card> = {}): Card =>
  ({ id, title: id, body: null, depends_on: [], status: "ready", fence: 0, ...more }) as Card; // What is looked at.
const show: Backlog["show"] = ({ id }) => Promise.resolve(card(id));

test("the first call starts the service, the next ones find it", async () => {
  await using world = await storeWorld();
  let starts = 0;
  const start = async (): Promise<string> => {
    starts++;
    return JSON.stringify(await world.serve({ backlog: { show } }).report);
  };
  for (const id of ["A1", "A2"]) {
    await using backlog = await world.client({ start });
    expect(await backlog.show({ id })).toMatchObject({ id });
  }
  expect(starts).toBe(1);
});

test("eight that find no service start one", async () => {
  await using world = await storeWorld();
  let starts = 0;
  const start = async (): Promise<string> => {
    starts++;
    return JSON.stringify(await world.serve({ backlog: { show } }).report);
  };
  await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      await using backlog = await world.client({ start });
      expect((await backlog.show({ id: `A${String(i)}` })).id).toBe(`A${String(i)}`);
    }),
  );
  expect(starts).toBe(1);
});

test("a second service opens nothing while the first one lives, and takes over when it has ended", async () => {
  await using world = await storeWorld();
  const first = world.serve();
  expect(await first.report).toEqual({ ready: true });
  const second = world.serve();
  expect(await second.report).toEqual({ held: true });
  await second.ended;
  expect(second.closed()).toBe(false);
  first.stop();
  await first.ended;
  expect(first.closed()).toBe(true);
  expect(await world.serve().report).toEqual({ ready: true });
});

test("the socket of a dead service is replaced", async () => {
  await using world = await storeWorld();
  await writeFile(world.place.socket, "");
  await using backlog = await world.client({
    start: async () => JSON.stringify(await world.serve({ backlog: { show } }).report),
  });
  expect(await backlog.show({ id: "A1" })).toMatchObject({ id: "A1" });
});

test("only the owner gets to the socket", async () => {
  await using world = await storeWorld();
  await world.serve().report;
  expect((await stat(world.place.socket.replace(/\/socket$/, ""))).mode & 0o777).toBe(0o700);
});

test("where the path is too long for a socket it is elsewhere, and whoever has another temporary folder finds it", async () => {
  await using world = await storeWorld("d".repeat(120));
  expect(Buffer.byteLength(world.place.socket)).toBeLessThan(104);
  await world.serve().report;
  const otherwise = { ...world.place, socket: "/nowhere/socket" };
  expect(await lookAtStore(otherwise)).toMatchObject({ version: "1.0.0", data_dir: world.place.dataDir });
});

test("a newer mosaic ends an older service and starts its own; an older one uses the newer", async () => {
  await using world = await storeWorld();
  const old = world.serve({ version: "1.9.0" });
  await old.report;
  await using newer = await world.client({
    version: "1.10.0",
    start: async () => JSON.stringify(await world.serve({ version: "1.10.0", backlog: { show } }).report),
  });
  await old.ended;
  expect(await newer.show({ id: "A1" })).toMatchObject({ id: "A1" });
  await using older = await world.client({ version: "1.9.0", start: () => Promise.reject(new Error("no")) });
  expect(await older.show({ id: "A2" })).toMatchObject({ id: "A2" });
  expect(await lookAtStore(world.place)).toMatchObject({ version: "1.10.0" });
});

test("a service that speaks a later protocol is named, with what to do", async () => {
  await using world = await storeWorld();
  const server = createServer((socket) => {
    socket.end(`${JSON.stringify({ protocol: 2, version: "2.0.0", pid: 1, started_at: 0, data_dir: "" })}\n`);
  }).listen(world.place.socket);
  try {
    await expect(world.client()).rejects.toMatchObject({ code: "BACKLOG_STORE_VERSION" });
  } finally {
    server.close();
  }
});

test("what cannot be started is the caller's error", async () => {
  await using world = await storeWorld();
  const error = { code: "BACKLOG_STORE_FULL", message: "no space", hint: "Make some." };
  const start = (): Promise<string> => Promise.resolve(JSON.stringify({ error }));
  await expect(world.client({ start })).rejects.toMatchObject(error);
  await expect(world.client({ start: () => Promise.resolve(undefined) })).rejects.toMatchObject({
    code: "BACKLOG_STORE_UNAVAILABLE",
  });
});

test("a refusal comes over with its code, message and hint", async () => {
  await using world = await storeWorld();
  const refusal = new BacklogError({
    code: "BACKLOG_CARD_UNKNOWN",
    message: "there is no A1",
    hint: "Look.",
  });
  const service = world.serve({ backlog: { show: () => Promise.reject(refusal) } });
  await service.report;
  await using backlog = await world.client();
  await expect(backlog.show({ id: "A1" })).rejects.toMatchObject({
    code: "BACKLOG_CARD_UNKNOWN",
    message: "there is no A1",
    hint: "Look.",
  });
  await expect(backlog.show({ id: "A1" })).rejects.toBeInstanceOf(BacklogError);
  expect(service.closed()).toBe(false);
});

test("a store in trouble is closed, so that the next call opens it anew", async () => {
  await using world = await storeWorld();
  const trouble = new BacklogError({ code: "BACKLOG_STORE_FULL", message: "no space", hint: "Make some." });
  const service = world.serve({ backlog: { show: () => Promise.reject(trouble) } });
  await service.report;
  await using backlog = await world.client();
  await expect(backlog.show({ id: "A1" })).rejects.toMatchObject({ code: "BACKLOG_STORE_FULL" });
  await service.ended;
  expect(service.closed()).toBe(true);
});

test("what has begun is answered before the service ends", async () => {
  await using world = await storeWorld();
  const { promise: answer, resolve } = Promise.withResolvers<Card>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const service = world.serve({
    backlog: {
      show: () => {
        begin(undefined);
        return answer;
      },
    },
  });
  await service.report;
  await using backlog = await world.client();
  const asked = backlog.show({ id: "A1" });
  await begun;
  service.stop();
  resolve(card("A1"));
  expect(await asked).toMatchObject({ id: "A1" });
  await service.ended;
  expect(existsSync(world.place.socket)).toBe(false);
});

test("a client hears all the while that its operation goes on, and gets its answer whole", async () => {
  await using world = await storeWorld();
  const slow: Backlog["show"] = async ({ id }) => {
    await pause(200);
    return card(id);
  };
  await world.serve({ aliveMs: 20, backlog: { show: slow } }).report;
  await using backlog = await world.client();
  expect(await backlog.show({ id: "A1" })).toMatchObject({ id: "A1" });
  using raw = await world.raw();
  raw.say('{"op":"show","request":{"id":"A2"}}\n{"op":"stop"}\n');
  expect(await raw.all).toMatch(/^\{"protocol".*\n {3,}\{"result":\{"id":"A2".*\n\{"result":null\}\n$/);
});

test("it ends when nobody was there for a while, and not while somebody is", async () => {
  await using world = await storeWorld();
  const service = world.serve({ idleMs: 50, backlog: { show } });
  await service.report;
  {
    await using backlog = await world.client();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await backlog.show({ id: "A1" })).toMatchObject({ id: "A1" });
    expect(service.closed()).toBe(false);
  }
  await service.ended;
  expect(service.closed()).toBe(true);
});

test("stop waits until the store is closed, and says when there was nothing to stop", async () => {
  await using world = await storeWorld();
  expect(await stopStore(world.place)).toBe(false);
  const service = world.serve();
  await service.report;
  expect(await stopStore(world.place)).toBe(true);
  expect(service.closed()).toBe(true);
  expect(await lookAtStore(world.place)).toBeUndefined();
});

test.for([
  ["no JSON", "{\n", "language"],
  ["no operation", "{}\n", "language"],
  ["too long", `"${"x".repeat(33 * 1024 * 1024)}`, "MiB"],
] as const)("a line that is %s is refused, and the service goes on", async ([, line, words]) => {
  await using world = await storeWorld();
  const service = world.serve({ backlog: { show } });
  await service.report;
  using client = await world.raw();
  client.say(line);
  expect(await client.all).toContain(words);
  await using backlog = await world.client();
  expect(await backlog.show({ id: "A1" })).toMatchObject({ id: "A1" });
});

test("an unknown operation is refused, also one that every object has", async () => {
  await using world = await storeWorld();
  await world.serve().report;
  using client = await world.raw();
  for (const op of ["constructor", "toString", "drop"]) client.say(`${JSON.stringify({ op })}\n`);
  client.socket.end();
  expect((await client.all).match(/BACKLOG_INVALID/g)).toHaveLength(3);
});

test("an import that is refused in the middle is read to its end, and the next request understood", async () => {
  await using world = await storeWorld();
  const taken: unknown[] = [];
  await world.serve({
    backlog: {
      show,
      async import(records) {
        for await (const record of records) {
          taken.push(record);
          if (taken.length === 2)
            throw new BacklogError({ code: "BACKLOG_INVALID", message: "no", hint: "" });
        }
        return { cards: taken.length, events: 0, mail: 0, spend: 0, existing: 0 };
      },
    },
  }).report;
  await using backlog = await world.client();
  await expect(backlog.import([{ id: "A1" }, { id: "A2" }, { id: "A3" }])).rejects.toMatchObject({
    message: "no",
  });
  expect(await backlog.show({ id: "A4" })).toMatchObject({ id: "A4" });
  expect(taken).toEqual([{ id: "A1" }, { id: "A2" }]);
});

test("an import that is cut off takes nothing", async () => {
  await using world = await storeWorld();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await world.serve({
    backlog: {
      async import(records) {
        try {
          for await (const _ of records);
          resolve("taken");
        } catch (error) {
          resolve(error);
        }
        throw new Error("over");
      },
    },
  }).report;
  using client = await world.raw();
  client.say('{"op":"import"}\n{"record":{"id":"A1"}}\n');
  client.socket.end();
  expect(await promise).toMatchObject({ code: "BACKLOG_INVALID" });
});

test("an export comes record by record, while others are asked", async () => {
  await using world = await storeWorld();
  const kept = { claim_token: null, completed_fence: null };
  const records = [1, 2, 3].map(
    (n) => ({ version: 1, kind: "card", card: { ...card(`A${String(n)}`), ...kept } }) as const,
  );
  await world.serve({
    backlog: {
      show,
      async *export() {
        yield* await Promise.resolve(records);
      },
    },
  }).report;
  await using backlog = await world.client();
  const seen: unknown[] = [];
  for await (const record of backlog.export()) {
    seen.push(record);
    await backlog.show({ id: "A1" });
  }
  expect(seen).toEqual(records);
});

test("a home that was removed has no service for long", { timeout: 15_000 }, async () => {
  await using world = await storeWorld();
  const service = world.serve();
  await service.report;
  await rm(world.place.socket);
  await service.ended;
  expect(service.closed()).toBe(true);
});
