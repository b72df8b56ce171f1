import type { Receipt } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import { openBacklog } from "../store/backlog.ts";
import type { FleetContext } from "../context.ts";
import { startCourier } from "./courier-start.ts";
import { post, receiverOf } from "./mailbox.ts";
import type { Message } from "./send.ts";

/**
 * Keeps a message that could not be delivered, and sees to it that somebody delivers it.
 *
 * @returns What is known now.
 * @throws BacklogError `BACKLOG_STORE_*`; CoreError `WRITE_FAILED`.
 */
export async function park(
  context: FleetContext,
  roster: Roster,
  agent: string,
  o: Message,
  refused: Receipt,
): Promise<Receipt> {
  const receiver = receiverOf(context, seatOf(roster, agent).seat);
  await using backlog = await openBacklog(context, o.signal);
  const { mail, created } = await post(context, backlog, {
    id: o.id,
    sender: o.sender,
    receiver,
    text: o.text,
    ...(o.queueSeconds === undefined ? {} : { ttl_seconds: o.queueSeconds }),
  });
  if (mail.state === "queued") await startCourier(context);
  const evidence = JSON.stringify({ mail: mail.id, state: mail.state, expires_at: mail.expires_at });
  const until = new Date(mail.expires_at).toISOString();
  if (mail.state === "queued")
    return {
      ...refused,
      verdict: "queued",
      why: `it waits in the mailbox until ${until}: ${refused.why}`,
      evidence,
    };
  const why = `a message with this id was ${mail.state} before: ${mail.why ?? ""}`;
  return {
    ...refused,
    verdict: !created && mail.state === "delivered" ? "accepted" : "not-delivered",
    why,
    evidence,
  };
}
