import { createConnection, type Socket } from "node:net";
import { drained } from "./drained.ts";
import {
  fromLine,
  fromWire,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  readLines,
  tooLong,
  toLine,
  type StoreHello,
  type StoreReply,
} from "./store-protocol.ts";

/** How long the service may be silent, in milliseconds, before it counts as hung. */
const SILENCE_MS = 60_000;

/** One connection to a service. What is undefined was lost: the connection ended before there was an answer. */
export interface Conversation extends Disposable {
  readonly hello: StoreHello;
  /** @throws {@link BacklogError} what the service answered. */
  readonly ask: (op: string, request: unknown) => Promise<{ readonly result: unknown } | undefined>;
  readonly give: (
    records: Iterable<unknown> | AsyncIterable<unknown>,
  ) => Promise<{ readonly result: unknown } | undefined>;
  /** Yields `undefined` last when it was cut off. */
  readonly take: () => AsyncGenerator<{ readonly record: unknown } | undefined, void>;
  readonly silent: () => boolean;
}

/** @returns `undefined` when nobody listens there, or the service is about to end. */
export async function converseWith(path: string, signal?: AbortSignal): Promise<Conversation | undefined> {
  signal?.throwIfAborted();
  const socket = createConnection(path);
  let silent = false;
  socket.on("error", () => undefined);
  socket.setTimeout(SILENCE_MS, () => {
    silent = true;
    socket.destroy();
  });
  const leave = (): void => {
    socket.destroy();
  };
  signal?.addEventListener("abort", leave);
  socket.once("close", () => signal?.removeEventListener("abort", leave));
  const lines = readLines(arriving(socket), MAX_REPLY_BYTES);
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    signal?.throwIfAborted();
    return line.done === true ? undefined : fromLine(line.value);
  };
  const reply = async (): Promise<Exclude<StoreReply, { error: unknown }> | undefined> => {
    const value = (await next()) as StoreReply | undefined; // The other side is mosaic, of a protocol that we know.
    if (value !== undefined && "error" in value) throw fromWire(value.error);
    return value;
  };
  const result = async (): Promise<{ readonly result: unknown } | undefined> => {
    const value = await reply();
    return value !== undefined && "result" in value ? value : undefined;
  };
  const hello = (await next()) as StoreHello | undefined; // As above.
  if (hello === undefined) return undefined;
  return {
    hello,
    async ask(op, request) {
      await say(socket, toLine({ op, request }));
      return result();
    },
    async give(records) {
      await say(socket, toLine({ op: "import" }));
      for await (const record of records) await say(socket, toLine({ record }));
      await say(socket, toLine({ end: true }));
      return result();
    },
    async *take() {
      await say(socket, toLine({ op: "export" }));
      for (let value = await reply(); ; value = await reply()) {
        if (value !== undefined && "result" in value) return;
        yield value;
        if (value === undefined) return;
      }
    },
    silent: () => silent,
    [Symbol.dispose]: leave,
  };
}

async function say(socket: Socket, line: string): Promise<void> {
  if (Buffer.byteLength(line) > MAX_REQUEST_BYTES) throw tooLong(MAX_REQUEST_BYTES);
  if (socket.destroyed || socket.write(line)) return;
  // An end of the connection is seen by who waits for the answer.
  await drained(socket);
}

/**
 * What arrives until the connection ends, however it does. The socket's own iterator takes longer to make than an answer
 * takes.
 */
async function* arriving(socket: Socket): AsyncGenerator<Uint8Array, void> {
  let wake = (): void => undefined;
  for (const event of ["readable", "end", "close"]) {
    socket.on(event, () => {
      wake();
    });
  }
  try {
    for (;;) {
      const piece = socket.read() as Uint8Array | null; // It has no encoding.
      if (piece !== null) yield piece;
      else if (socket.readableEnded || socket.destroyed) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    socket.destroy();
  }
}
