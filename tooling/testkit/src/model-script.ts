import type { ModelReply } from "./model-reply.ts";
import type { ModelRequest } from "./model-request.ts";

const SCRIPT = /<<(say|slow|tool|error) ([\s\S]*?)>>/g;

/**
 * What a message tells the model to do, anywhere in its text: `<<say TEXT>>`, `<<slow MS>>` spreads the answer,
 * `<<tool NAME JSON>>` calls a tool once, `<<error STATUS>>`. Without any of it the model repeats the message.
 */
export function scriptedReply({ user, toolResult, tools }: ModelRequest): ModelReply {
  const last = user.at(-1) ?? "";
  const script = new Map([...last.matchAll(SCRIPT)].map(([, word = "", rest = ""]) => [word, rest]));
  const status = script.get("error");
  if (status !== undefined) return { kind: "error", status: Number(status) };
  const ms = Number(script.get("slow") ?? 0);
  if (toolResult !== undefined)
    return { kind: "text", text: `The tool said: ${toolResult.slice(0, 300)}`, ms };
  const [, name = "", input = ""] = /^(\S+) ([\s\S]*)$/.exec(script.get("tool") ?? "") ?? [];
  if (name !== "" && tools.includes(name)) return { kind: "tool", name, input, ms };
  // Some runtimes show an answer line by line: a slow one has a line that ends soon.
  const text = script.get("say") ?? `${ms > 0 ? "Slowly.\n\n" : ""}You said: ${last}`;
  return { kind: "text", text, ms };
}
