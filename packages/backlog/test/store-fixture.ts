import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveStore, type Backlog, type StartReport } from "@mosaic/fleet-backlog";
import { connectStore, storePlace, type StorePlace } from "@mosaic/fleet-backlog/client";

/** A data directory, a service on it that keeps nothing, and clients; no database. */
export interface StoreWorld extends AsyncDisposable {
  readonly place: StorePlace;
  /** Runs a service in this process until it ends. */
  serve(o?: ServeOptions): Served;
  client(o?: {
    readonly version?: string;
    readonly start?: () => Promise<string | undefined>;
  }): Promise<Backlog>;
  /** A client that speaks as it likes. */
  raw(): Promise<Raw>;
}

interface ServeOptions {
  readonly version?: string;
  readonly idleMs?: number;
  readonly aliveMs?: number;
  readonly backlog?: Partial<Backlog>;
}

interface Served {
  /** What the service reports of its start. */
  readonly report: Promise<StartReport>;
  readonly ended: Promise<void>;
  readonly closed: () => boolean;
  readonly stop: () => void;
}

interface Raw extends Disposable {
  readonly socket: Socket;
  readonly say: (text: string) => void;
  /** All that was received, once the other side has ended. */
  readonly all: Promise<string>;
}

export async function storeWorld(...deeper: readonly string[]): Promise<StoreWorld> {
  const root = await mkdtemp(join(tmpdir(), "mf-store-"));
  const place = storePlace(join(root, ...deeper, "backlog"), root);
  const services: Served[] = [];
  const world: StoreWorld = {
    place,
    serve({ version = "1.0.0", idleMs = 60_000, aliveMs = 60_000, backlog = {} } = {}) {
      const { promise: report, resolve } = Promise.withResolvers<StartReport>();
      const stop = new AbortController();
      let closed = false;
      const ended = serveStore({
        place,
        version,
        idleMs,
        aliveMs,
        open: () => Promise.resolve(fakeBacklog(backlog, () => (closed = true))),
        report: resolve,
        drainMs: 50,
        now: () => 0,
        signal: stop.signal,
      });
      const served: Served = {
        report,
        ended,
        closed: () => closed,
        stop: () => {
          stop.abort();
        },
      };
      services.push(served);
      return served;
    },
    client: ({ version = "1.0.0", start } = {}) =>
      connectStore({
        place,
        version,
        start: start ?? (async () => JSON.stringify(await world.serve({ version }).report)),
      }),
    raw: () => raw(place.socket),
    async [Symbol.asyncDispose]() {
      for (const service of services) service.stop();
      await Promise.all(services.map(({ ended }) => ended));
      await rm(root, { recursive: true, force: true });
    },
  };
  return world;
}

const fakeBacklog = (some: Partial<Backlog>, close: () => void): Backlog =>
  // What a test does not give is not called.
  ({
    store: "embedded",
    ...some,
    [Symbol.asyncDispose]() {
      close();
      return Promise.resolve();
    },
  }) as Backlog;

async function raw(path: string): Promise<Raw> {
  const socket = createConnection(path);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.on("error", () => undefined);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const all = new Promise<string>((resolve) =>
    socket.once("close", () => {
      resolve(text);
    }),
  );
  return { socket, say: (words) => void socket.write(words), all, [Symbol.dispose]: () => socket.destroy() };
}
