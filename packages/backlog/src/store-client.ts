import { setTimeout as pause } from "node:timers/promises";
import type { Backlog, BacklogRecord, ImportResult } from "./backlog.ts";
import { BacklogError } from "./error.ts";
import { converseWith, type Conversation } from "./store-conversation.ts";
import { resultOfFirst } from "./store-repeat.ts";
import { socketOf, type StorePlace } from "./store-place.ts";
import { fromWire, isNewer, STORE_PROTOCOL, unavailable } from "./store-protocol.ts";
import type { BacklogOperation } from "./requests.ts";

const POLL_MS = 25;
/** A new store is made within seconds on a machine that is not busy. */
const PATIENCE_SECONDS = 90;

/** Seconds. The global `performance` would load much of Node at its first use. */
const now = (): number => process.uptime();

interface StoreClientOptions {
  readonly place: StorePlace;
  /** Of the mosaic that calls: an older service is asked to make room for a newer one. */
  readonly version: string;
  /** Starts the service as a process of its own. @returns its first line of output, if any. */
  readonly start: () => Promise<string | undefined>;
  readonly signal?: AbortSignal;
}

/**
 * The embedded backlog through its service, which is started when nobody serves. What is asked is asked again when the
 * service dies in the middle; the answer is then that of an operation that happened once.
 */
export async function connectStore(options: StoreClientOptions): Promise<Backlog> {
  let conversation: Conversation | undefined = await reach(options);
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const connected = async (): Promise<Conversation> => (conversation ??= await reach(options));
  const letGo = (): void => {
    conversation?.[Symbol.dispose]();
    conversation = undefined;
  };
  const ask = async (op: BacklogOperation, request: unknown): Promise<unknown> => {
    const deadline = now() + PATIENCE_SECONDS;
    for (let attempt = 1; ; attempt++) {
      const { ask: say, silent } = await connected();
      try {
        const answer = await say(op, request);
        if (answer !== undefined) return answer.result;
      } catch (error) {
        const show = async (id: string): Promise<unknown> => (await say("show", { id }))?.result;
        const first = attempt === 1 ? undefined : await resultOfFirst(op, request, error, show);
        if (first === undefined) throw error;
        return first;
      }
      letGo();
      if (silent() || now() > deadline) throw lost(op);
    }
  };
  const on =
    (op: BacklogOperation) =>
    // The service is the same code: what it answers has the operation's type.
    <T>(request?: unknown): Promise<T> =>
      inTurn(() => ask(op, request)) as Promise<T>;
  return {
    store: "embedded",
    create: on("create"),
    show: on("show"),
    list: on("list"),
    board: on("board"),
    claim: (request) =>
      // A token makes a claim whose answer was lost return the card that it won.
      on("claim")({ ...request, claim_token: request.claim_token ?? crypto.randomUUID() }),
    renew: on("renew"),
    release: on("release"),
    reclaim: on("reclaim"),
    complete: on("complete"),
    reopen: on("reopen"),
    block: on("block"),
    unblock: on("unblock"),
    link: on("link"),
    unlink: on("unlink"),
    stats: on("stats"),
    events: on("events"),
    prune: on("prune"),
    doctor: on("doctor"),
    post: on("post"),
    mail: on("mail"),
    settle: on("settle"),
    expireMail: on("expireMail"),
    spend: on("spend"),
    spent: on("spent"),
    import: (records) =>
      inTurn(async () => {
        const answer = await (await connected()).give(records);
        if (answer === undefined) {
          letGo();
          throw lost("import");
        }
        return answer.result as ImportResult; // As above.
      }),
    async *export() {
      // A conversation of its own: others may be asked while it is read.
      using own = await reach(options);
      for await (const part of own.take()) {
        if (part === undefined) throw lost("export");
        yield part.record as BacklogRecord; // As above.
      }
    },
    async [Symbol.asyncDispose]() {
      await turn;
      letGo();
    },
  };
}

/** Connects, and starts the service where there is none. */
async function reach(options: StoreClientOptions): Promise<Conversation> {
  const { place, version, signal } = options;
  const deadline = now() + PATIENCE_SECONDS;
  while (now() < deadline) {
    signal?.throwIfAborted();
    const found = await converseWith(socketOf(place), signal);
    if (found === undefined) {
      // Loaded when there is no service: most calls find one.
      const { startStore } = await import("./store-start.ts");
      const report = await startStore(place, options.start);
      if (report === undefined || "held" in report) await pause(POLL_MS);
      else if ("error" in report) throw fromWire(report.error);
    } else if (isNewer(version, found.hello.version)) {
      await found.ask("stop", undefined);
      found[Symbol.dispose]();
      await pause(POLL_MS);
    } else if (found.hello.protocol === STORE_PROTOCOL) {
      return found;
    } else {
      found[Symbol.dispose]();
      throw otherProtocol(found.hello.version);
    }
  }
  throw unavailable(`the store service of ${place.dataDir} does not answer`);
}

const lost = (op: string): BacklogError =>
  unavailable(`the store service ended before it answered; whether ${op} was done is not known`);

const otherProtocol = (version: string): BacklogError =>
  new BacklogError({
    code: "BACKLOG_STORE_VERSION",
    message: `the store service is of mosaic ${version}, which is newer and speaks another language`,
    hint: "Use that mosaic, or end the service with `mosaic store stop` and call this one again.",
  });
