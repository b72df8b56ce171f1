import { ModelError } from "./error.ts";

declare const agentName: unique symbol;

/** A parsed agent name: the tmux session name, the service instance and the stem of the agent's files. */
export type AgentName = string & { readonly [agentName]: true };

/** Lower case letters, digits, `-` and `_`; 1 to 63 characters; starts with a letter or a digit. */
export const AGENT_NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export function isAgentName(text: string): text is AgentName {
  return AGENT_NAME_PATTERN.test(text);
}

/** @throws {@link ModelError} `AGENT_NAME_INVALID`. */
export function parseAgentName(text: string): AgentName {
  if (isAgentName(text)) return text;
  throw new ModelError({
    code: "AGENT_NAME_INVALID",
    message: `${JSON.stringify(text)} is not an agent name`,
    hint: "Use 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit.",
  });
}
