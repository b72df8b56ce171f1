import { BACKLOG_ERROR_CODES, BacklogError, type BacklogErrorCode } from "./error.ts";

/** What one side says to the other: one line of JSON each, over a socket. Version 1 of it. */
export const STORE_PROTOCOL = 1;
/** The longest request, in bytes. A card with all its texts at their longest fits. */
export const MAX_REQUEST_BYTES = 32 * 1024 * 1024;
/** The longest answer, in bytes: a page of very long cards does not fit and is asked for in smaller ones. */
export const MAX_REPLY_BYTES = 256 * 1024 * 1024;

/** The service's first line to everybody who connects. */
export interface StoreHello {
  readonly protocol: number;
  /** The version of the mosaic that serves. */
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
  readonly data_dir: string;
}

/** An operation of the backlog, or `import`, `export`, `stop`. The records of an import follow, one line each. */
export interface StoreRequest {
  readonly op: string;
  readonly request?: unknown;
}
export type ImportLine = { readonly record: unknown } | { readonly end: true };

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}
/** An export answers with a line per record before its result. */
export type StoreReply =
  { readonly result: unknown } | { readonly error: WireError } | { readonly record: unknown };

/** How the process that was started as the service reports to its starter, on its first line of output. */
export type StartReport = { readonly ready: true } | { readonly held: true } | { readonly error: WireError };

export const toLine = (message: StoreHello | StoreRequest | ImportLine | StoreReply | StartReport): string =>
  `${JSON.stringify(message)}\n`;

/** @throws {@link BacklogError} `BACKLOG_INVALID`. */
export function fromLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw broken("a line is not JSON", cause);
  }
}

/** @throws {@link BacklogError} `BACKLOG_INVALID`. */
export function parseRequest(line: string): StoreRequest {
  const value = fromLine(line);
  if (typeof value === "object" && value !== null && "op" in value && typeof value.op === "string") {
    return { op: value.op, ...("request" in value ? { request: value.request } : {}) };
  }
  throw broken("a request names no operation");
}

/** An error that came over the wire. One of a code that we do not know is a defect of the other side. */
export function fromWire({ code, message, hint }: WireError): Error {
  const known = BACKLOG_ERROR_CODES.find((one) => one === code);
  return known === undefined
    ? new Error(`the store service failed: ${message}`)
    : new BacklogError({ code: known, message, hint });
}

export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error && "code" in error && "hint" in error))
    return { code: "INTERNAL", message, hint: "" };
  return { code: String(error.code), message, hint: String(error.hint) };
}

/** The store itself is in trouble: whoever serves it does better to open it anew. */
export const isStoreTrouble = (code: string): boolean =>
  code === "INTERNAL" || code.startsWith("BACKLOG_STORE_");

/**
 * Cuts a stream into lines.
 *
 * @throws {@link BacklogError} `BACKLOG_INVALID` when a line has more than `maxBytes`.
 */
export async function* readLines(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      if (length + end > maxBytes) throw tooLong(maxBytes);
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString("utf8");
      [parts, length, rest] = [[], 0, rest.subarray(end + 1)];
    }
    length += rest.length;
    if (length > maxBytes) throw tooLong(maxBytes);
    parts.push(rest);
  }
}

/** Which of two versions is the newer one, by their numbers. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}

const numbers = (version: string): number[] =>
  [0, 1, 2].map((index) => Number.parseInt(version.split(".")[index] ?? "0", 10) || 0);

const error = (code: BacklogErrorCode, message: string, hint: string, cause?: unknown): BacklogError =>
  new BacklogError({ code, message, hint, cause });

const broken = (what: string, cause?: unknown): BacklogError =>
  error(
    "BACKLOG_INVALID",
    `the store service was spoken to in another language: ${what}`,
    "Use mosaic itself.",
    cause,
  );

export const tooLong = (maxBytes: number): BacklogError =>
  error(
    "BACKLOG_INVALID",
    `a message has more than ${String(maxBytes / 1024 / 1024)} MiB`,
    "Use shorter texts, or a smaller page.",
  );

export const unavailable = (message: string, cause?: unknown): BacklogError =>
  error(
    "BACKLOG_STORE_UNAVAILABLE",
    message,
    "Run the command again; `mosaic store status` shows the service, `mosaic store stop` ends it.",
    cause,
  );
