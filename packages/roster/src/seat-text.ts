import type { Scalar } from "yaml";
import { AgentSchema } from "./schema.ts";
import type { WrittenAgent } from "./roster.ts";

export type AgentKey = keyof WrittenAgent;
export type AgentValue = string | boolean | readonly string[];

/** How a file writes its values. */
export interface Notation {
  readonly json: boolean;
  /** The style of the value that is replaced. */
  readonly style?: Scalar["type"];
}

const PLAIN = /^[A-Za-z_/~][\w./~@+-]*(?: [\w./~@+-]+)*$/;
// Not text in YAML 1.2, or not text to a reader of YAML 1.1.
const NOT_TEXT = /^(?:~|null|true|false|yes|no|on|off|y|n)$/i;

function textValue(text: string, { json, style }: Notation): string {
  if (json || style === "QUOTE_DOUBLE") return JSON.stringify(text);
  if (style === "QUOTE_SINGLE" && !/[\x00-\x1f]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return PLAIN.test(text) && !NOT_TEXT.test(text) ? text : JSON.stringify(text);
}

/** A value on one line, valid in block and in flow context. */
export function valueText(value: AgentValue, notation: Notation): string {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return textValue(value, notation);
  const { json } = notation;
  return `[${value.map((entry) => textValue(entry, { json })).join(", ")}]`;
}

export const keyText = (key: string, json: boolean): string => (json ? JSON.stringify(key) : key);

/** The keys that are set, in the order of the documentation, unknown ones last for the parser to report. */
export function agentEntries(agent: Partial<WrittenAgent>): (readonly [AgentKey, AgentValue])[] {
  const known = Object.keys(AgentSchema.shape);
  const keys = [
    ...known.filter((key) => Object.hasOwn(agent, key)),
    ...Object.keys(agent).filter((key) => !known.includes(key)),
  ];
  return keys.flatMap((name) => {
    // Unknown keys are refused when the edited text is parsed.
    const key = name as AgentKey;
    const value = agent[key];
    return value === undefined ? [] : [[key, value] as const];
  });
}
