/** How a model is asked: Anthropic's messages, OpenAI's responses, OpenAI's chat completions. */
export type Dialect = "messages" | "responses" | "chat";

/** One question to the model, in one shape for the three dialects. */
export interface ModelRequest {
  readonly dialect: Dialect;
  readonly model: string;
  readonly stream: boolean;
  /** Everything the model is told about itself. */
  readonly system: string;
  /** The texts of the user, the oldest first, without what the runtime adds about itself. */
  readonly user: readonly string[];
  /** What the last tool answered; undefined when the last thing said was not that. */
  readonly toolResult: string | undefined;
  readonly tools: readonly string[];
  /** The runtime wants a title for the conversation, not a turn. */
  readonly title: boolean;
}

interface Block {
  readonly type?: string;
  readonly role?: string;
  readonly name?: string;
  readonly text?: string;
  readonly content?: Content;
  readonly output?: Content;
  readonly function?: { readonly name: string };
}
type Content = string | readonly Block[] | undefined;

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly system?: Content;
  readonly instructions?: string;
  readonly messages?: readonly Block[];
  readonly input?: string | readonly Block[];
  readonly tools?: readonly Block[];
}

const DIALECTS: readonly (readonly [RegExp, Dialect])[] = [
  [/\/messages$/, "messages"],
  [/\/responses$/, "responses"],
  [/\/chat\/completions$/, "chat"],
];
/** What runtimes say in the user's name; a long paste of the user's comes in a tag. */
const ADDED = /^\s*(?:<(?!pasted_content)[a-z_-]+[ >]|# AGENTS\.md)/i;
const TITLE = /\b(?:title|topic)\b/i;

const textOf = (content: Content): string =>
  typeof content === "string"
    ? content
    : (content ?? []).map((block) => block.text ?? textOf(block.content)).join("\n");
const textsOf = (content: Content): string[] =>
  typeof content === "string" ? [content] : (content ?? []).flatMap(({ text }) => text ?? []);

/** @returns `undefined` when this is no question to a model. */
export function readRequest(path: string, body: unknown): ModelRequest | undefined {
  const dialect = DIALECTS.find(([pattern]) => pattern.test(path))?.[1];
  if (!dialect) return undefined;
  const asked = body as Body; // What real clients send; a field that is not there reads as empty.
  const said: readonly Block[] =
    typeof asked.input === "string"
      ? [{ role: "user", content: asked.input }]
      : (asked.input ?? asked.messages ?? []);
  const system = [
    textOf(asked.system),
    asked.instructions ?? "",
    ...said
      .filter(({ role }) => role === "system" || role === "developer")
      .map((block) => textOf(block.content)),
  ].join("\n");
  const user = said
    .filter(({ role }) => role === "user")
    .flatMap(({ content }) => textsOf(content))
    .filter((text) => !ADDED.test(text));
  const tools = (asked.tools ?? []).map((tool) => tool.name ?? tool.function?.name ?? "");
  return {
    dialect,
    model: asked.model ?? "",
    stream: asked.stream === true,
    system,
    user,
    toolResult: toolResultOf(said.at(-1)),
    tools,
    title: tools.length === 0 && TITLE.test(`${system.slice(0, 4000)} ${user.join(" ").slice(0, 400)}`),
  };
}

function toolResultOf(last: Block | undefined): string | undefined {
  if (last?.role === "tool") return textOf(last.content);
  if (last?.type?.endsWith("_output") === true) return textOf(last.output);
  const blocks = typeof last?.content === "string" ? [] : (last?.content ?? []);
  const said = blocks.findLast(({ text }) => text === undefined || !ADDED.test(text));
  return said?.type === "tool_result" ? textOf(said.content) : undefined;
}
