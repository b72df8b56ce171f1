import { randomUUID } from "node:crypto";
import type { ModelFailure } from "./model-failure.ts";
import type { Dialect, ModelRequest } from "./model-request.ts";

/** What the model does; `ms` is how long it takes to say it. */
export type ModelReply =
  | { readonly kind: "text"; readonly text: string; readonly ms: number }
  | { readonly kind: "tool"; readonly name: string; readonly input: string; readonly ms: number }
  | { readonly kind: "error"; readonly failure: ModelFailure };
type Said = Exclude<ModelReply, { kind: "error" }>;

const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
const event = (data: Readonly<Record<string, unknown>>): string =>
  `${typeof data.type === "string" ? `event: ${data.type}\n` : ""}data: ${JSON.stringify(data)}\n\n`;

/** A slow answer comes in many pieces, so that the runtime has something to show all the time. */
function pieces(reply: Said): string[] {
  const text = reply.kind === "tool" ? reply.input : reply.text;
  const size = Math.max(1, Math.ceil(text.length / (reply.ms > 0 ? 20 : 3)));
  return text.match(new RegExp(`[\\s\\S]{1,${String(size)}}`, "g")) ?? [""];
}

/** The answer as a stream of server-sent events. */
export const events = (asked: ModelRequest, reply: Said): string[] => STREAM[asked.dialect](asked, reply);

/** The answer as one document. */
export const whole = (asked: ModelRequest, reply: Said): unknown => WHOLE[asked.dialect](asked, reply);

const USAGE = { input_tokens: 100, output_tokens: 20 };

function anthropicMessage({ model }: ModelRequest, reply: Said): Readonly<Record<string, unknown>> {
  const content =
    reply.kind === "tool"
      ? { type: "tool_use", id: newId("toolu"), name: reply.name, input: JSON.parse(reply.input) as unknown }
      : { type: "text", text: reply.text };
  return {
    id: newId("msg"),
    type: "message",
    role: "assistant",
    model,
    content: [content],
    stop_reason: reply.kind === "tool" ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: { ...USAGE, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  };
}

function anthropicStream(asked: ModelRequest, reply: Said): string[] {
  const message = anthropicMessage(asked, reply);
  const block =
    reply.kind === "tool"
      ? { type: "tool_use", id: newId("toolu"), name: reply.name, input: {} }
      : { type: "text", text: "" };
  const delta = (text: string): unknown =>
    reply.kind === "tool" ? { type: "input_json_delta", partial_json: text } : { type: "text_delta", text };
  return [
    event({ type: "message_start", message: { ...message, content: [], stop_reason: null } }),
    event({ type: "content_block_start", index: 0, content_block: block }),
    ...pieces(reply).map((text) => event({ type: "content_block_delta", index: 0, delta: delta(text) })),
    event({ type: "content_block_stop", index: 0 }),
    event({
      type: "message_delta",
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: 20 },
    }),
    event({ type: "message_stop" }),
  ];
}

interface ResponseItem extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

function responseItem(reply: Said): ResponseItem {
  return reply.kind === "tool"
    ? {
        type: "function_call",
        id: newId("fc"),
        call_id: newId("call"),
        name: reply.name,
        arguments: reply.input,
        status: "completed",
      }
    : {
        type: "message",
        id: newId("msg"),
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: reply.text, annotations: [] }],
      };
}

const response = (
  { model }: ModelRequest,
  id: string,
  item: ResponseItem | undefined,
): Readonly<Record<string, unknown>> => ({
  id,
  object: "response",
  created_at: Math.floor(Date.now() / 1000),
  status: item ? "completed" : "in_progress",
  model,
  output: item ? [item] : [],
  usage: item
    ? {
        ...USAGE,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 120,
      }
    : null,
});

function responsesStream(asked: ModelRequest, reply: Said): string[] {
  const item = responseItem(reply);
  const id = newId("resp");
  let sequence = 0;
  const next = (type: string, more: Readonly<Record<string, unknown>>): string =>
    event({ type, sequence_number: sequence++, ...more });
  const at = { item_id: item.id, output_index: 0 };
  const inText = { ...at, content_index: 0 };
  const part = { type: "output_text", text: "", annotations: [] };
  const body =
    reply.kind === "tool"
      ? [
          ...pieces(reply).map((delta) => next("response.function_call_arguments.delta", { ...at, delta })),
          next("response.function_call_arguments.done", { ...at, arguments: reply.input }),
        ]
      : [
          next("response.content_part.added", { ...inText, part }),
          ...pieces(reply).map((delta) => next("response.output_text.delta", { ...inText, delta })),
          next("response.output_text.done", { ...inText, text: reply.text }),
          next("response.content_part.done", { ...inText, part: { ...part, text: reply.text } }),
        ];
  const started =
    reply.kind === "tool"
      ? { ...item, arguments: "", status: "in_progress" }
      : { ...item, content: [], status: "in_progress" };
  return [
    next("response.created", { response: response(asked, id, undefined) }),
    next("response.output_item.added", { output_index: 0, item: started }),
    ...body,
    next("response.output_item.done", { output_index: 0, item }),
    next("response.completed", { response: response(asked, id, item) }),
  ];
}

const toolCall = (
  reply: Extract<Said, { kind: "tool" }>,
  input: string,
): Readonly<Record<string, unknown>> => ({
  id: newId("call"),
  type: "function",
  function: { name: reply.name, arguments: input },
});
const CHAT_USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const finish = (reply: Said): string => (reply.kind === "tool" ? "tool_calls" : "stop");

function chatStream({ model }: ModelRequest, reply: Said): string[] {
  const id = newId("chatcmpl");
  const chunk = (choices: readonly unknown[], usage?: unknown): string =>
    event({ id, object: "chat.completion.chunk", created: 1, model, choices, ...(usage ? { usage } : {}) });
  const delta = (said: unknown, reason: string | null = null): string =>
    chunk([{ index: 0, delta: said, finish_reason: reason }]);
  const body =
    reply.kind === "tool"
      ? [
          delta({ tool_calls: [{ index: 0, ...toolCall(reply, "") }] }),
          ...pieces(reply).map((text) =>
            delta({ tool_calls: [{ index: 0, function: { arguments: text } }] }),
          ),
        ]
      : pieces(reply).map((content) => delta({ content }));
  return [
    delta({ role: "assistant", content: "" }),
    ...body,
    delta({}, finish(reply)),
    chunk([], CHAT_USAGE),
    "data: [DONE]\n\n",
  ];
}

function chatWhole({ model }: ModelRequest, reply: Said): unknown {
  const message =
    reply.kind === "tool"
      ? { role: "assistant", content: null, tool_calls: [toolCall(reply, reply.input)] }
      : { role: "assistant", content: reply.text };
  return {
    id: newId("chatcmpl"),
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: finish(reply) }],
    usage: CHAT_USAGE,
  };
}

const STREAM: Readonly<Record<Dialect, (asked: ModelRequest, reply: Said) => string[]>> = {
  messages: anthropicStream,
  responses: responsesStream,
  chat: chatStream,
};
const WHOLE: Readonly<Record<Dialect, (asked: ModelRequest, reply: Said) => unknown>> = {
  messages: anthropicMessage,
  responses: (asked, reply) => response(asked, newId("resp"), responseItem(reply)),
  chat: chatWhole,
};
