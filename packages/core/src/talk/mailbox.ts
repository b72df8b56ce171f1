import { readdir, rm } from "node:fs/promises";
import type { Backlog, Mail } from "@mosaic/fleet-backlog";
import { fingerprint, formatAddress, operatorLabel } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { serverAddress } from "../store/credentials.ts";
import { makeFolder, readIfPresent, writeAtomically } from "../files.ts";
import { lock } from "../lock.ts";

const LOCK_MS = 10_000;

export const receiverOf = ({ host }: FleetContext, seat: Agent): string =>
  formatAddress({ host: seat.host ?? host, session: seat.name });

/** Says that mail may wait: what asks whether there is any opens no store. */
const hint = ({ home }: FleetContext, receiver: string): string =>
  `${home.mailbox}/${encodeURIComponent(receiver)}`;

/** Whether mail may wait here for anybody, or for one receiver. */
export async function mayWait({ home }: FleetContext, receiver?: string): Promise<boolean> {
  const names: string[] = await readdir(home.mailbox).catch(() => []);
  return receiver === undefined ? names.length > 0 : names.includes(encodeURIComponent(receiver));
}

const mailboxLock = (context: FleetContext, signal?: AbortSignal): Promise<Disposable> =>
  lock(context.home.lock("mailbox"), LOCK_MS, "somebody else changes the mailboxes of this home", signal);

/** The hint comes first: mail that nobody knows of would wait for ever. */
export async function post(
  context: FleetContext,
  backlog: Backlog,
  mail: Parameters<Backlog["post"]>[0],
): Promise<{ readonly mail: Mail; readonly created: boolean }> {
  using _ = await mailboxLock(context);
  await makeFolder(context.home.mailbox);
  await writeAtomically(hint(context, mail.receiver), storeMark(context), 0o600);
  return await backlog.post(mail);
}

/** Mail that this home delivers: that for the agents of its roster. */
async function deliverable(context: FleetContext, roster: Roster, backlog: Backlog): Promise<Mail[]> {
  const ours = new Set(roster.agents.map((seat) => receiverOf(context, seat)));
  return (await queuedMail(backlog)).filter(({ receiver }) => ours.has(receiver));
}

export async function queuedMail(backlog: Backlog, receiver?: string): Promise<Mail[]> {
  return (await mailOf(backlog, receiver)).filter(({ state }) => state === "queued");
}

/** All that the store has, the oldest first; of one receiver, or of everybody. */
async function mailOf(backlog: Backlog, receiver?: string): Promise<Mail[]> {
  const all: Mail[] = [];
  for (let after: string | null = null; ;) {
    const page = await backlog.mail({ after, ...(receiver === undefined ? {} : { receiver }) });
    all.push(...page.mail);
    if (page.next === null) return all;
    after = page.next;
  }
}

/** Takes the hints away when nothing waits any more. @returns whether nothing does. */
export async function emptied(context: FleetContext, roster: Roster, backlog: Backlog): Promise<boolean> {
  using _ = await mailboxLock(context);
  if ((await deliverable(context, roster, backlog)).length > 0) return false;
  const mark = storeMark(context);
  const { mailbox } = context.home;
  for (const name of await readdir(mailbox).catch((): string[] => [])) {
    // Mail that waits in another store is not ours to forget.
    if ((await readIfPresent(`${mailbox}/${name}`)) === mark) await rm(`${mailbox}/${name}`, { force: true });
  }
  return true;
}

/** Tells one store from another. */
const storeMark = (context: FleetContext): string =>
  fingerprint(serverAddress(context)?.url ?? context.store.dataDir ?? context.home.backlog);

/** The mail of an agent, of the human (`operator`), or of everybody on this host; the oldest first. */
export async function inboxOf(
  context: FleetContext,
  roster: Roster,
  backlog: Backlog,
  agent: string | undefined,
): Promise<Mail[]> {
  if (agent === undefined) return mailOf(backlog);
  const human = operatorLabel(roster.agents);
  const receiver =
    agent === human
      ? formatAddress({ host: context.host, session: human })
      : receiverOf(context, seatOf(roster, agent).seat);
  return mailOf(backlog, receiver);
}
