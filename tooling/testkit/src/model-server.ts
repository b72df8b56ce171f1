import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { readRequest, type ModelRequest } from "./model-request.ts";
import { events, whole, type ModelReply } from "./model-reply.ts";
import { scriptedReply } from "./model-script.ts";

export type { ModelRequest } from "./model-request.ts";

/** A model on loopback that answers as a test's message tells it to, in the dialects of the real ones. */
export interface ModelServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** What was asked for so far, the oldest first; without the short requests for a title of the conversation. */
  readonly requests: readonly ModelRequest[];
  /** What was asked for that a model does not have: `GET /path`, or `CONNECT host:443` where this is the proxy. */
  readonly others: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** So many events of a slow answer come at once: a turn has begun when it shows. */
const AT_ONCE = 6;

export async function modelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const others: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, requests, others).catch((error: unknown) => {
      others.push(`${request.method ?? ""} ${request.url ?? ""}: ${String(error)}`);
      response.destroy();
    });
  });
  server.on("connect", (request: IncomingMessage, socket) => {
    others.push(`CONNECT ${request.url ?? ""}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    others,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: ModelRequest[],
  others: string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set.
  const path = new URL(request.url ?? "/", "http://model").pathname;
  const asked = request.method === "POST" ? readRequest(path, decoded(chunks, request)) : undefined;
  if (!asked) {
    if (!/\/(models|count_tokens)$/.test(path)) others.push(`${request.method ?? ""} ${path}`);
    json(
      response,
      200,
      path.endsWith("/count_tokens") ? { input_tokens: 100 } : { object: "list", data: [] },
    );
    return;
  }
  if (asked.title) {
    await reply(response, asked, { kind: "text", text: "A title", ms: 0 });
    return;
  }
  requests.push(asked);
  await reply(response, asked, scriptedReply(asked));
}

async function reply(response: ServerResponse, asked: ModelRequest, reply: ModelReply): Promise<void> {
  if (reply.kind === "error") {
    const { status, headers, body } = reply.failure;
    json(response, status, body, headers);
    return;
  }
  if (!asked.stream) {
    json(response, 200, whole(asked, reply));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const parts = events(asked, reply);
  for (const [index, part] of parts.entries()) {
    if (response.destroyed) return;
    response.write(part);
    if (reply.ms > 0 && index >= AT_ONCE) await pause(reply.ms / parts.length);
  }
  response.end();
}

function decoded(chunks: readonly Buffer[], request: IncomingMessage): unknown {
  const body = Buffer.concat(chunks);
  if (body.length === 0) return {};
  const decode = {
    gzip: gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
  };
  const encoding = request.headers["content-encoding"] ?? "";
  const plain = encoding in decode ? decode[encoding as keyof typeof decode](body) : body; // It is one of them.
  return JSON.parse(plain.toString("utf8")) as unknown;
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
