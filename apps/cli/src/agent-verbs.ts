import type { Sections } from "./group.ts";
import { agentAttachCommand } from "./commands/agent-attach.ts";
import { agentDeliverCommand, agentInboxCommand } from "./commands/agent-inbox.ts";
import { agentResetCommand } from "./commands/agent-reset.ts";
import { agentSendCommand } from "./commands/agent-send.ts";
import { agentTailCommand } from "./commands/agent-tail.ts";
import { agentWatchCommand } from "./commands/agent-watch.ts";

export const AGENT: Sections = [
  ["Talk:", { send: agentSendCommand, inbox: agentInboxCommand, deliver: agentDeliverCommand }],
  ["Look, read-only:", { tail: agentTailCommand, watch: agentWatchCommand }],
  ["Control:", { attach: agentAttachCommand, reset: agentResetCommand }],
];
