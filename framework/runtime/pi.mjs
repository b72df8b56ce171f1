// The extension by which pi reports what it does.
import { messageId, reporter } from "./reporter.mjs";

const textOf = (content) =>
  typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");

const NO_LOGIN = "nobody is logged in to its model: /login, or a key in the agent's env file";

export default function extension(pi) {
  const agent = reporter();
  if (!agent) return;
  let resumed = "idle";
  let state = "idle";
  /** What the model failed with last, until it answers. */
  let failed = null;
  const become = (next) => {
    state = next;
    agent.report({ state, reason: failed });
  };
  pi.on("session_start", ({ reason }, { sessionManager, model, modelRegistry }) => {
    failed = null;
    // It takes a message and throws it away.
    const ready = model && (modelRegistry.hasConfiguredAuth?.(model) ?? true);
    state = ready ? "idle" : "blocked";
    agent.report({ state, reason: ready ? null : NO_LOGIN, session: sessionManager.getSessionId() });
    if (reason !== "new") return;
    agent.remember(null);
    agent.tell("cleared", null);
  });
  // Also the first that can be used, after a login.
  pi.on("model_select", () => {
    if (state === "blocked") become("idle");
  });
  // What is typed while a turn runs waits for its next step.
  pi.on("input", ({ text, streamingBehavior }) => {
    if (streamingBehavior !== undefined) agent.tell("queued", messageId(text));
  });
  pi.on("agent_start", () => become("busy"));
  pi.on("message_start", ({ message }, { sessionManager }) => {
    if (message.role !== "user") return;
    failed = null;
    become("busy");
    agent.remember(sessionManager.getSessionId(), sessionManager.getSessionFile() ?? "");
    agent.tell("turn-start", messageId(textOf(message.content)));
  });
  pi.on("message_end", ({ message: { role, stopReason, errorMessage } }) => {
    if (role !== "assistant") return;
    failed = stopReason === "error" ? (errorMessage ?? "it does not say why") : null;
    become(state);
  });
  // A question of another extension; pi itself asks for no permission.
  pi.on("ui_prompt_start", ({ title, kind }) => {
    resumed = state;
    state = "blocked";
    agent.report({ state, reason: title ?? kind });
  });
  pi.on("ui_prompt_end", () => become(resumed));
  // After every retry, compaction and queued message.
  pi.on("agent_settled", () => {
    become("idle");
    agent.tell("turn-end", null);
  });
}
