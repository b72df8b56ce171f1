import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Backlog } from "./backlog.ts";
import { converse } from "./store-answer.ts";
import { storeError } from "./store-error.ts";
import { tryStoreLock } from "./store-lock.ts";
import type { StorePlace } from "./store-place.ts";
import { STORE_PROTOCOL, toWire, unavailable, type StartReport } from "./store-protocol.ts";

const LOOK_AROUND_MS = 5_000;
const DRAIN_MS = 5_000;
const ALIVE_MS = 15_000;

interface StoreServiceOptions {
  readonly place: StorePlace;
  readonly version: string;
  /** The service ends when nobody was connected for this long, in milliseconds. */
  readonly idleMs: number;
  /** Opens the store in `place.dataDir`; called by one process at a time. */
  readonly open: () => Promise<Backlog>;
  /** Called once, before the first client is served. */
  readonly report: (report: StartReport) => void;
  /** How long what was begun may take when the service stops, in milliseconds. Default 5,000. */
  readonly drainMs?: number;
  /** How often a client hears that its operation goes on, in milliseconds. Default 15,000. */
  readonly aliveMs?: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Owns the embedded store until it was idle for long enough, was told to stop, or the store is in trouble; then
 * closes it. Everything that was acknowledged is on the disk.
 */
export async function serveStore(options: StoreServiceOptions): Promise<void> {
  const { place, report } = options;
  try {
    // First the lock, then the socket: what a dead service left is removed by its only successor.
    using lock = tryStoreLock(place.lock);
    if (lock === undefined) {
      report({ held: true });
      return;
    }
    await rm(place.socket, { force: true });
    await using backlog = await options.open();
    await serve(backlog, options);
  } catch (error) {
    report({ error: toWire(error) });
  }
}

async function serve(backlog: Backlog, options: StoreServiceOptions): Promise<void> {
  const { place, idleMs, signal, drainMs = DRAIN_MS, aliveMs = ALIVE_MS } = options;
  const stop = new AbortController();
  const end = AbortSignal.any([stop.signal, signal]);
  const hello = {
    protocol: STORE_PROTOCOL,
    version: options.version,
    pid: process.pid,
    started_at: options.now(),
    data_dir: place.dataDir,
  };
  const open = new Map<Socket, Promise<void>>();
  const whenIdle = (): NodeJS.Timeout =>
    setTimeout(() => {
      stop.abort();
    }, idleMs);
  let idle = whenIdle();
  const server = createServer((socket) => {
    clearTimeout(idle);
    const ended = converse(socket, { backlog, hello, stop: stop.abort.bind(stop), end, aliveMs }).finally(
      () => {
        open.delete(socket);
        clearTimeout(idle);
        if (open.size === 0 && !end.aborted) idle = whenIdle();
      },
    );
    open.set(socket, ended);
  });
  await listening(server, place);
  options.report({ ready: true });
  // A home that was removed needs no service.
  const look = setInterval(() => {
    if (!existsSync(place.socket) || !existsSync(place.lock)) stop.abort();
  }, LOOK_AROUND_MS);
  if (!end.aborted)
    await new Promise((resolve) => {
      end.addEventListener("abort", resolve, { once: true });
    });
  clearInterval(look);
  server.close();
  await Promise.race([Promise.allSettled(open.values()), pause(drainMs, undefined, { ref: false })]);
  for (const socket of open.keys()) socket.destroy();
  clearTimeout(idle);
}

async function listening(server: Server, { socket, address }: StorePlace): Promise<void> {
  try {
    if (address !== undefined) await writeFile(address, socket, { mode: 0o600 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
  } catch (cause) {
    const error = storeError(cause, socket);
    throw error === cause ? unavailable(`the store service cannot listen on ${socket}`, cause) : error;
  }
}
