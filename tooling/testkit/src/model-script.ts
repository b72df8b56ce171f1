import { failureOf, isFailureCause, type ModelFailure } from "./model-failure.ts";
import type { ModelReply } from "./model-reply.ts";
import type { ModelRequest } from "./model-request.ts";

const SCRIPT = /<<(say|slow|tool|error|refuse) ([\s\S]*?)>>/g;

/**
 * What a message tells the model to do, anywhere in its text: `<<say TEXT>>`, `<<slow MS>>` spreads the answer,
 * `<<tool NAME JSON>>` calls a tool once, `<<error STATUS>>` fails without words, `<<refuse CAUSE SECONDS>>` as its provider
 * does, and a used up plan may be used again after so many. Without any of it the model repeats the message.
 */
export function scriptedReply({ dialect, user, toolResult, tools }: ModelRequest): ModelReply {
  const last = user.at(-1) ?? "";
  const script = new Map([...last.matchAll(SCRIPT)].map(([, word = "", rest = ""]) => [word, rest]));
  const status = script.get("error");
  if (status !== undefined) return { kind: "error", failure: scripted(Number(status)) };
  const [cause = "", seconds = "0"] = (script.get("refuse") ?? "").split(" ");
  if (isFailureCause(cause)) {
    const resets = Math.floor(Date.now() / 1000) + Number(seconds);
    return { kind: "error", failure: failureOf(dialect, cause, resets) };
  }
  const ms = Number(script.get("slow") ?? 0);
  if (toolResult !== undefined)
    return { kind: "text", text: `The tool said: ${toolResult.slice(0, 300)}`, ms };
  const [, name = "", input = ""] = /^(\S+) ([\s\S]*)$/.exec(script.get("tool") ?? "") ?? [];
  if (name !== "" && tools.includes(name)) return { kind: "tool", name, input, ms };
  // Some runtimes show an answer line by line: a slow one has a line that ends soon.
  const text = script.get("say") ?? `${ms > 0 ? "Slowly.\n\n" : ""}You said: ${last}`;
  return { kind: "text", text, ms };
}

const scripted = (status: number): ModelFailure => ({
  status,
  headers: {},
  body: { type: "error", error: { type: "api_error", message: `scripted error ${String(status)}` } },
});
