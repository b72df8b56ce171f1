import type { Socket } from "node:net";
import type { Backlog } from "./backlog.ts";
import { drained } from "./drained.ts";
import { BacklogError } from "./error.ts";
import { isBacklogOperation } from "./requests.ts";
import {
  fromLine,
  isStoreTrouble,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  parseRequest,
  readLines,
  tooLong,
  toLine,
  toWire,
  type StoreHello,
  type StoreReply,
  type StoreRequest,
} from "./store-protocol.ts";

/** How long a client that was told goodbye may take to leave. */
const LEAVE_MS = 2_000;

export interface Service {
  readonly backlog: Backlog;
  readonly hello: StoreHello;
  /** Ends the service once what has begun is done. */
  readonly stop: () => void;
  readonly end: AbortSignal;
  /** How often a client that waits hears that its operation goes on, in milliseconds. */
  readonly aliveMs: number;
}

/** Serves one client until it leaves or the service ends; what was asked for by then is answered. Never rejects. */
export async function converse(socket: Socket, service: Service): Promise<void> {
  let answering = false;
  const leave = (): void => {
    if (!answering) socket.destroy();
  };
  // A client that leaves in the middle is its own trouble.
  socket.on("error", () => undefined);
  service.end.addEventListener("abort", leave);
  try {
    await send(socket, toLine(service.hello));
    // Whoever sends a line that is too long is told so, on a socket that is still open.
    const lines = readLines(socket.iterator({ destroyOnReturn: false }), MAX_REQUEST_BYTES);
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      answering = true;
      await answer(socket, parseRequest(line.value), lines, service);
      answering = false;
      if (service.end.aborted) break;
    }
  } catch (error) {
    // After a line that cannot be read the next one has no beginning.
    if (!socket.destroyed) await send(socket, toLine({ error: toWire(error) })).catch(() => undefined);
  } finally {
    service.end.removeEventListener("abort", leave);
    // What a client still sends is thrown away: an answer that it has not read yet would be lost with the socket.
    socket.setTimeout(LEAVE_MS, () => socket.destroy());
    socket.resume().end();
  }
}

async function answer(
  socket: Socket,
  request: StoreRequest,
  lines: AsyncGenerator<string, undefined>,
  service: Service,
): Promise<void> {
  const reply = async (message: StoreReply): Promise<void> => {
    const line = toLine(message);
    if (Buffer.byteLength(line) > MAX_REPLY_BYTES) throw tooLong(MAX_REPLY_BYTES);
    await send(socket, line);
  };
  // A client takes a long silence for the end of the service. An answer may begin with spaces: it is JSON.
  const alive = setInterval(() => socket.write(" "), service.aliveMs);
  try {
    if (request.op === "export") {
      for await (const record of service.backlog.export()) await reply({ record });
      await reply({ result: null });
    } else {
      await reply({ result: (await perform(request, lines, service)) ?? null });
    }
  } catch (error) {
    const wire = toWire(error);
    if (!socket.destroyed) await reply({ error: wire });
    if (isStoreTrouble(wire.code)) service.stop();
  } finally {
    clearInterval(alive);
  }
}

async function perform(
  { op, request }: StoreRequest,
  lines: AsyncGenerator<string, undefined>,
  { backlog, stop }: Service,
): Promise<unknown> {
  if (op === "stop") {
    stop();
    return null;
  }
  if (op === "import") return imported(backlog, lines);
  if (!isBacklogOperation(op)) {
    throw new BacklogError({
      code: "BACKLOG_INVALID",
      message: `the store service knows no operation ${JSON.stringify(op.slice(0, 60))}`,
      hint: "Use one version of mosaic.",
    });
  }
  // What is asked for is checked by the operation itself, whatever its type says.
  const { [op]: work } = backlog as unknown as Record<string, (request: unknown) => Promise<unknown>>;
  return work?.(request);
}

/** Reads to the end of the import also when it is refused in the middle: what follows is the next request. */
async function imported(backlog: Backlog, lines: AsyncGenerator<string, undefined>): Promise<unknown> {
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw cutOff();
    return fromLine(line.value);
  };
  let ended = false;
  const records = async function* (): AsyncGenerator {
    for (;;) {
      const value = await next();
      ended = isEnd(value);
      if (ended) return;
      yield typeof value === "object" && value !== null && "record" in value ? value.record : value;
    }
  };
  try {
    return await backlog.import(records());
  } finally {
    while (!ended) ended = isEnd(await next());
  }
}

const isEnd = (value: unknown): boolean => typeof value === "object" && value !== null && "end" in value;

const cutOff = (): BacklogError =>
  new BacklogError({
    code: "BACKLOG_INVALID",
    message: "an import ended before its end: nothing was taken",
    hint: "Import it again.",
  });

/** Waits while the other side takes its time to read. */
async function send(socket: Socket, line: string): Promise<void> {
  if (socket.write(line)) return;
  // A client that leaves in the middle is its own trouble.
  await drained(socket);
}
