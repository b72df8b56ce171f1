import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Backlog, Card, ClaimRef } from "@mosaic/fleet-backlog";
import { isFleetError, type MosaicHome } from "@mosaic/fleet-model";

/** A claim as the store gave it: what `fleet ps` knows of the cards without asking the store. */
export interface ClaimNote {
  readonly version: 1;
  readonly card: string;
  readonly owner: string;
  readonly fence: number;
  /** Both in milliseconds since the epoch, by the store's clock. */
  readonly since: number;
  readonly until: number;
}

/** The claims that hold, the latest first. What was written half, or is no note, is none. */
export const readClaims = ({ claims }: MosaicHome, now: number): readonly ClaimNote[] =>
  allNotes(claims)
    .filter(({ until }) => until > now)
    .sort((a, b) => b.since - a.since);

/** At once: while `fleet ps` waits for tmux it has nothing else to do, and a hundred promises cost more than the reads. */
function allNotes(folder: string): readonly ClaimNote[] {
  try {
    return readdirSync(folder).flatMap((name) => readNote(`${folder}/${name}`) ?? []);
  } catch {
    return [];
  }
}

function readNote(path: string): ClaimNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever writes the file does not write on the operator's screen. */
const CARD = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

function isNote(value: unknown): value is ClaimNote {
  const { version, card, owner, fence, since, until } = (value ?? {}) as Partial<
    Record<keyof ClaimNote, unknown>
  >;
  const times = [fence, since, until].every((time) => typeof time === "number");
  return version === 1 && typeof card === "string" && CARD.test(card) && typeof owner === "string" && times;
}

/**
 * The same backlog, which notes in the home the claims that it gives and takes. The store alone decides: a note that
 * cannot be written is left out, and one that another host's call made void is not shown once its time is over.
 */
export function notingClaims(backlog: Backlog, home: MosaicHome, now: () => number): Backlog {
  const noted = (card: Card): void => {
    quietly(() => {
      note(home, card);
    });
  };
  const ended = (claim: ClaimRef): void => {
    quietly(() => {
      forget(home, claim);
    });
  };
  /** A claim that is refused is over. */
  const orLost = async <T>(id: string, fence: number | undefined, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (fence !== undefined && isFleetError(error) && error.code === "BACKLOG_FENCE_LOST")
        ended({ id, fence });
      throw error;
    }
  };
  return {
    ...backlog,
    claim: async (request) => {
      const asked = backlog.claim(request);
      // While the store is at work.
      quietly(() => {
        sweep(home, now());
      });
      const card = await asked;
      if (card !== null) noted(card);
      return card;
    },
    renew: async (request) => {
      const card = await orLost(request.id, request.fence, backlog.renew(request));
      noted(card);
      return card;
    },
    release: async (request) => {
      const card = await orLost(request.id, request.fence, backlog.release(request));
      ended(card);
      return card;
    },
    complete: async (request) => {
      const completed = await orLost(request.id, request.fence, backlog.complete(request));
      ended(completed.card);
      return completed;
    },
    block: async (request) => {
      const card = await orLost(request.id, request.fence, backlog.block(request));
      ended(card);
      return card;
    },
    reclaim: async (request) => {
      const freed = await backlog.reclaim(request);
      for (const claim of freed.reclaimed) ended(claim);
      return freed;
    },
  };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // As if there were no notes.
  }
}

/** So many notes are looked at with each claim: those that have run out do not gather, and a claim stays a few reads. */
const SWEPT = 4;

function sweep(home: MosaicHome, now: number): void {
  const names = readdirSync(home.claims);
  const from = Math.floor(Math.random() * (names.length - SWEPT + 1));
  for (const name of names.slice(Math.max(0, from)).slice(0, SWEPT)) {
    const old = readNote(`${home.claims}/${name}`);
    // Who took it may have been on another host.
    if (old !== undefined && old.until <= now) forget(home, { id: old.card, fence: old.fence });
  }
}

function note(home: MosaicHome, card: Card): void {
  const { id, fence, claim_owner: owner, claimed_at: since, claim_expires_at: until } = card;
  if (owner === null || since === null || until === null) return;
  const path = home.claim(id);
  // Mostly there is none, and an error of the file system takes longer to make than a file to look for.
  const known = existsSync(path) ? readNote(path) : undefined;
  if (known !== undefined && known.fence > fence) return;
  const text: ClaimNote = { version: 1, card: id, owner, fence, since, until };
  mkdirSync(home.claims, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${JSON.stringify(text)}\n`, { mode: 0o600 });
}

/** A later claim of the card stays. */
function forget(home: MosaicHome, { id, fence }: ClaimRef): void {
  const path = home.claim(id);
  const known = readNote(path);
  if (known !== undefined && known.fence <= fence) rmSync(path, { force: true });
}
