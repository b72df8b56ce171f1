import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { forgetConversation } from "../launch/conversation.ts";
import { deliver } from "./deliver.ts";
import { requireHere } from "../elsewhere.ts";
import { CoreError } from "../error.ts";
import { lockHeld } from "../lock.ts";
import { sendLock } from "../send-lock.ts";

export interface ResetOptions {
  /** How long to wait for the agent's report that its context is clear, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Types the runtime's own clear command and waits until the agent reports that its context is clear.
 *
 * @throws CoreError `AGENT_NOT_RUNNING` here; `RESET_FAILED` when nothing was typed, `RESET_UNKNOWN` when it was and no report
 * came; `RUNTIME_UNSUPPORTED` when no clear command is known; `LOCK_HELD` while a message is on its way to the agent.
 */
export async function reset(
  context: FleetContext,
  roster: Roster,
  agent: string,
  o: ResetOptions = {},
): Promise<void> {
  const timeoutMs = o.timeoutMs ?? 10_000;
  const deadline = performance.now() + timeoutMs;
  const { name, seat } = seatOf(roster, agent);
  requireHere(context, roster, seat, "agent reset");
  const command = roster.runtimes[seat.runtime]?.reset_command ?? RUNTIMES[seat.runtime]?.clearCommand;
  if (command === undefined) {
    throw new CoreError({
      code: "RUNTIME_UNSUPPORTED",
      message: `no clear command is known for the runtime ${seat.runtime}`,
      hint: `Set runtimes.${seat.runtime}.reset_command in the roster.`,
    });
  }
  using held = await sendLock(context, name, timeoutMs, o.signal);
  if (!held) throw lockHeld(`a message is on its way to ${name}`);
  const delivery = await deliver(context, roster, seat, {
    text: command,
    head: command,
    proves: ({ event }) => event === "cleared",
    shown: RUNTIMES[seat.runtime]?.clearedMarker,
    deadline,
    buffer: `mosaic-reset-${name}`,
    signal: o.signal,
  });
  if (delivery.event) return;
  if (delivery.seen === true) {
    // Until its next message the runtime reports nothing, and a restart would go on with the old conversation.
    await forgetConversation(context, name);
    return;
  }
  if (delivery.typed) {
    // A busy agent queues the command and carries it out later.
    throw new CoreError({
      code: "RESET_UNKNOWN",
      message: `${name} has not reported a clear context: ${delivery.why}`,
      hint: `It may still do so when it is free; look at it with: mosaic agent tail ${name}`,
    });
  }
  throw new CoreError({
    code: "RESET_FAILED",
    message: `${name} was not reset: ${delivery.why}`,
    hint: `Look at it with: mosaic agent tail ${name}`,
  });
}
