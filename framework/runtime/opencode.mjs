// The plugin by which opencode reports what it does.
import { messageId, reporter } from "./reporter.mjs";

export const Mosaic = async () => {
  const agent = reporter();
  if (!agent) return {};
  /** Conversations that the agent's own one has begun: what they do is part of its turn. */
  const inner = new Set();
  /** The ids of messages that no answer has begun for, by opencode's own ids, which ascend. */
  const waiting = new Map();
  let busy = false;
  /** What the turn failed with. */
  let failed = null;
  const begun = (until) => {
    for (const [own, id] of waiting) {
      if (own > until) return;
      waiting.delete(own);
      agent.tell("turn-start", id);
    }
  };
  const become = (state, reason = null) => agent.report({ state, reason });
  const events = {
    "session.created": ({ info }) => {
      if (info.parentID) inner.add(info.id);
    },
    "message.updated": ({ info }) => {
      if (info.role === "assistant" && !inner.has(info.sessionID)) begun(info.parentID);
    },
    "permission.asked": ({ permission, metadata, patterns }) =>
      become("blocked", `${permission}: ${metadata?.command ?? patterns.join(" ")}`),
    "permission.replied": () => become("busy"),
    "question.asked": ({ questions }) => become("blocked", questions.map((one) => one.question).join(" ")),
    "question.replied": () => become("busy"),
    "question.rejected": () => become("busy"),
    // It tries for ever, and waits longer each time.
    "session.status": ({ sessionID, status: { type, message, next } }) => {
      if (inner.has(sessionID) || !busy) return;
      if (type === "busy") become("busy");
      if (type === "retry") become("busy", `${message}; tried again at ${new Date(next).toISOString()}`);
    },
    "session.error": ({ sessionID, error }) => {
      if (inner.has(sessionID) || error?.name === "MessageAbortedError") return;
      failed = [error?.name, error?.data?.message].filter(Boolean).join(": ");
    },
    "session.idle": ({ sessionID }) => {
      if (inner.has(sessionID) || !busy) return;
      busy = false;
      become("idle", failed);
      failed = null;
      agent.tell("turn-end", null);
    },
  };
  return {
    event: async ({ event: { type, properties } }) => events[type]?.(properties),
    "chat.message": async ({ sessionID }, { message, parts }) => {
      if (inner.has(sessionID)) return;
      const id = messageId(parts.map(({ text }) => text ?? "").join("\n"));
      waiting.set(message.id, id);
      if (busy) agent.tell("queued", id);
      busy = true;
      failed = null;
      agent.report({ state: "busy", session: sessionID });
      agent.remember(sessionID, "");
    },
  };
};
