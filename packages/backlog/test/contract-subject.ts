import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect } from "vitest";
import type { Card, NewCard } from "../src/card.ts";
import type { TestStore } from "./stores.ts";
import { withStore, type OpenStore } from "./with-store.ts";

/** The store that a contract is about, and what its tests say often. */
export interface Subject extends OpenStore {
  readonly make: (id: string, rest?: Partial<NewCard>) => Promise<Card>;
  readonly claimed: (id: string, owner?: string, ttlSeconds?: number) => Promise<Card>;
  /** Waits until so many claims have expired. */
  readonly expired: (count: number) => Promise<true>;
  /** The kinds of the events of a card. */
  readonly told: (id: string) => Promise<string[]>;
  /** Expects that the doctor finds nothing. */
  readonly healthy: () => Promise<void>;
}

export function subject(open: () => Promise<TestStore>): Subject {
  const on = withStore(open);
  return {
    get store() {
      return on.store;
    },
    get backlog() {
      return on.backlog;
    },
    make: async (id, rest = {}) => (await on.backlog.create({ id, title: `card ${id}`, ...rest })).card,
    async claimed(id, owner = "coder", ttl_seconds = 900) {
      const card = await on.backlog.claim({ id, owner, ttl_seconds });
      if (card === null) throw new Error(`${id} was not claimed`);
      return card;
    },
    expired: (count) =>
      waitFor(async () => (await on.backlog.stats()).expired_claims === count, {
        what: "the expiry of a claim",
      }),
    told: async (card_id) => (await on.backlog.events({ card_id })).events.map(({ kind }) => kind),
    async healthy() {
      expect((await on.backlog.doctor()).findings).toEqual([]);
    },
  };
}

/** An error of this code whose message says this. */
export const fails = (code: string, message = ""): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message),
    hint: expect.any(String),
  });
