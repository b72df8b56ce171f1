/**
 * A program that claims cards and completes them until all are done, and writes down what it does and what it is told.
 * Killed and started again under its name it goes on, as an agent does.
 *
 *   JSON of FireClaimer
 */
import { setTimeout as pause } from "node:timers/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { ClaimRef } from "../src/backlog.ts";
import { evidenceOf } from "./fire-verdict.ts";
import { openJournal, readJournal, WRITES, type Entry, type Write } from "./fire-journal.ts";
import { connectFireStore, type FireAddress } from "./fire-store.ts";
import { randomFrom } from "./fire-random.ts";

export interface FireClaimer {
  readonly owner: string;
  readonly seed: number;
  readonly journal: string;
  readonly cards: number;
  readonly ttlSeconds: number;
  readonly address: FireAddress;
}

const AGAIN_MS = 100;
const o = JSON.parse(process.argv[2] ?? "") as FireClaimer; // Written by `fire.ts`.
const random = randomFrom(o.seed);
const before = readJournal(o.journal);
using journal = openJournal(o.journal);
/** Claims that this one has lost. */
const lost: ClaimRef[] = [];

await using backlog = await again(() => connectFireStore(o.address));
try {
  await goOn(before.at(-1));
  while (await workOnOne()) if (lost.length > 0 && random() < 0.2) await writeLate();
} catch (error) {
  journal.note({ did: "failed", message: String(error) });
  process.exitCode = 1;
}

/** Takes up what the one before it was doing when it was killed. */
async function goOn(last: Entry | undefined): Promise<void> {
  if (last?.did === "wants") await claim(last.token);
  if (last?.did === "asks" && last.write === "complete") await write("complete", last);
  if ((last?.did === "asks" || last?.did === "wrote") && last.write === "block") await unblock(last.id);
  if (last?.did === "claimed" && random() < 0.5) await write("complete", last);
}

async function workOnOne(): Promise<boolean> {
  if (random() < 0.2) await again(() => backlog.reclaim());
  const token = crypto.randomUUID();
  journal.note({ did: "wants", token });
  const ref = await claim(token);
  if (ref === undefined) {
    const { by_status } = await again(() => backlog.stats());
    if (by_status.done === o.cards) return false;
    await again(() => backlog.reclaim());
    await pause(AGAIN_MS * random());
    return true;
  }
  const dice = random();
  // An agent that hangs for longer than its claim holds, and then wakes up.
  if (dice < 0.01) await pause(o.ttlSeconds * 1_000 * (0.8 + random()));
  else await pause(10 * random());
  if (dice > 0.95) await write("release", ref);
  else if (dice < 0.8 || (await write("renew", ref))) await write("complete", ref);
  return true;
}

async function claim(token: string): Promise<ClaimRef | undefined> {
  const request = { owner: o.owner, ttl_seconds: o.ttlSeconds, claim_token: token };
  const card = await again(() => backlog.claim(request));
  if (card === null) {
    journal.note({ did: "nothing" });
    return undefined;
  }
  const ref = { id: card.id, fence: card.fence };
  journal.note({ did: "claimed", ...ref });
  return ref;
}

/** Writes with the fence of a claim that is known to be lost. */
async function writeLate(): Promise<void> {
  const ref = lost[Math.floor(random() * lost.length)];
  const verb = WRITES[Math.floor(random() * WRITES.length)];
  if (ref !== undefined && verb !== undefined) await write(verb, ref);
}

/** @returns Whether the claim goes on. */
async function write(verb: Write, { id, fence }: ClaimRef): Promise<boolean> {
  const ref = { id, fence };
  journal.note({ did: "asks", write: verb, ...ref });
  try {
    await perform(verb, ref);
    journal.note({ did: "wrote", write: verb, ...ref });
    if (verb === "block") await unblock(id);
    return verb === "renew";
  } catch (error) {
    if (!isFleetError(error)) throw error;
    if (isAway(error)) {
      journal.note({ did: "dropped", write: verb, ...ref });
      if (verb === "block") await unblock(id);
    } else journal.note({ did: "refused", write: verb, code: error.code, ...ref });
    if (error.code === "BACKLOG_FENCE_LOST") lost.push(ref);
    return false;
  }
}

/** A claim that had run out holds again when the clock goes back: then the late block was taken. */
async function unblock(id: string): Promise<void> {
  try {
    await again(() => backlog.unblock({ id }));
  } catch (error) {
    if (!isFleetError(error) || error.code !== "BACKLOG_NOT_READY") throw error;
  }
}

async function perform(verb: Write, ref: ClaimRef): Promise<unknown> {
  switch (verb) {
    case "complete":
      return again(() => backlog.complete({ ...ref, evidence: evidenceOf(o.owner, ref.fence) }));
    case "renew":
      return again(() => backlog.renew(ref));
    // Asked once: the answer to a second time would be about the first.
    case "release":
      return backlog.release(ref);
    case "block":
      return backlog.block(ref);
  }
}

function isAway(error: unknown): boolean {
  return isFleetError(error) && error.code === "BACKLOG_STORE_UNAVAILABLE";
}

/** Asks until the store answers. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      await pause(AGAIN_MS * (0.5 + random()));
    }
  }
}
