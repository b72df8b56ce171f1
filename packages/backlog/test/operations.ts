import fc from "fast-check";
import { sql } from "drizzle-orm";
import { claimable, endClaim, get, held, ModelError, reaches, win, type Model } from "./model.ts";
import { text } from "../src/session.ts";
import type { TestStore } from "./stores.ts";

/** One step of a random sequence; plain values, so that a failing sequence can be shrunk and read. */
export type Operation =
  | { op: "create"; id: string; priority: number; deps: string[]; key: string | null }
  | { op: "claim"; owner: string; token: string | null; id: string | null }
  | { op: "renew" | "release"; id: string; fence: number }
  | { op: "complete"; id: string; fence: number | null; evidence: number }
  | { op: "block"; id: string; fence: number | null }
  | { op: "unblock" | "reopen" | "expire"; id: string }
  | { op: "link" | "unlink"; from: string; to: string }
  | { op: "reclaim"; owner: string | null };

const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const owner = fc.constantFrom("ann", "bob");
const fence = fc.integer({ min: 1, max: 4 });
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });
const of = <Op extends string>(...ops: Op[]): fc.Arbitrary<Op> => fc.constantFrom(...ops);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: of("create"),
      id,
      priority: fc.integer({ min: 0, max: 2 }),
      deps: fc.uniqueArray(id, { maxLength: 3 }),
      key: fc.option(fc.constantFrom("k1", "k2"), { freq: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: of("claim"),
      owner,
      token: sometimes(fc.constantFrom("t1", "t2", "t3")),
      id: fc.option(id, { freq: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: of("renew", "release"), id, fence }) },
  {
    weight: 5,
    arbitrary: fc.record({ op: of("complete"), id, fence: sometimes(fence), evidence: fc.nat(99) }),
  },
  { weight: 2, arbitrary: fc.record({ op: of("block"), id, fence: sometimes(fence) }) },
  { weight: 4, arbitrary: fc.record({ op: of("unblock", "reopen", "expire"), id }) },
  { weight: 4, arbitrary: fc.record({ op: of("link", "unlink"), from: id, to: id }) },
  { weight: 2, arbitrary: fc.record({ op: of("reclaim"), owner: sometimes(owner) }) },
);

/** What an operation said, in a form that both sides can say: a card's id, the ids, nothing, or an error's code. */
export type Answer = string | readonly string[] | null;

export async function perform({ backlog, driver }: TestStore, o: Operation): Promise<Answer> {
  const fenced = <T extends object>(request: T, value: number | null): T & { fence?: number } =>
    value === null ? request : { ...request, fence: value };
  switch (o.op) {
    case "create":
      return (
        await backlog.create({
          ...{ id: o.id, title: o.id, priority: o.priority, depends_on: o.deps, idempotency_key: o.key },
        })
      ).card.id;
    case "claim": {
      const token = o.token === null ? {} : { claim_token: o.token };
      const one = o.id === null ? {} : { id: o.id };
      return (await backlog.claim({ owner: o.owner, ...token, ...one }))?.id ?? null;
    }
    case "renew":
      return (await backlog.renew({ id: o.id, fence: o.fence })).id;
    case "release":
      return (await backlog.release({ id: o.id, fence: o.fence })).id;
    case "complete":
      return (await backlog.complete(fenced({ id: o.id, evidence: o.evidence }, o.fence))).freed;
    case "block":
      return (await backlog.block(fenced({ id: o.id }, o.fence))).id;
    case "unblock":
    case "reopen":
      return (await backlog[o.op]({ id: o.id })).id;
    case "link":
    case "unlink":
      return (await backlog[o.op]({ from: o.from, to: o.to })).id;
    case "reclaim": {
      const proved = o.owner === null ? {} : { owner: o.owner, proof: { kind: "session-gone" } as const };
      return (await backlog.reclaim(proved)).reclaimed.map((claim) => claim.id);
    }
    case "expire":
      // The store's clock jumps, for one claim.
      await driver.query(
        sql`update backlog_card set claim_expires_at = claimed_at - interval '1 second'
          where id = ${text(o.id)} and status = 'claimed' returning 'null'::text`,
      );
      return null;
  }
}

/** @param createdAt - When the store says that a card was made. */
export function predict(model: Model, o: Operation, createdAt: (id: string) => number): Answer {
  switch (o.op) {
    case "create":
      return predictCreate(model, o, createdAt);
    case "claim":
      return predictClaim(model, o);
    case "renew":
      return held(model, o.id, o.fence).id;
    case "release": {
      const card = held(model, o.id, o.fence);
      endClaim(card, "ready", "released");
      return card.id;
    }
    case "complete": {
      const card = get(model, o.id);
      if (card.status === "done") {
        if (o.fence === null || card.completedBy === o.fence) return [];
        throw new ModelError("FENCE_LOST");
      }
      if (o.fence !== null) held(model, o.id, o.fence);
      const before = new Set(claimable(model));
      endClaim(card, "done", "completed");
      card.evidence = o.evidence;
      card.completedBy = o.fence;
      return claimable(model)
        .filter((one) => !before.has(one))
        .map((one) => one.id)
        .sort();
    }
    case "block": {
      const card = o.fence === null ? get(model, o.id) : held(model, o.id, o.fence);
      if (card.status === "done") throw new ModelError("NOT_READY");
      endClaim(card, "blocked", "blocked");
      return card.id;
    }
    case "unblock":
    case "reopen": {
      const card = get(model, o.id);
      if (card.status !== (o.op === "unblock" ? "blocked" : "done")) throw new ModelError("NOT_READY");
      endClaim(card, "ready", `${o.op}ed`);
      card.completedBy = null;
      return card.id;
    }
    case "link": {
      const card = get(model, o.from);
      get(model, o.to);
      if (reaches(model, o.to, o.from)) throw new ModelError("CYCLE");
      if (card.depends_on.includes(o.to)) return card.id;
      card.depends_on.push(o.to);
      card.depends_on.sort();
      card.events.push("linked");
      return card.id;
    }
    case "unlink": {
      const card = get(model, o.from);
      get(model, o.to);
      if (!card.depends_on.includes(o.to)) return card.id;
      card.depends_on.splice(card.depends_on.indexOf(o.to), 1);
      card.events.push("unlinked");
      return card.id;
    }
    case "reclaim": {
      const freed = [...model.cards.values()].filter(
        (card) => card.status === "claimed" && (o.owner === null ? card.expired : card.owner === o.owner),
      );
      for (const card of freed) endClaim(card, "ready", "reclaimed");
      return freed.map((card) => card.id).sort();
    }
    case "expire": {
      const card = model.cards.get(o.id);
      if (card?.status === "claimed") card.expired = true;
      return null;
    }
  }
}

function predictCreate(
  model: Model,
  o: Extract<Operation, { op: "create" }>,
  createdAt: (id: string) => number,
): Answer {
  if (o.deps.includes(o.id)) throw new ModelError("CYCLE");
  const same = [...model.cards.values()].find((card) => o.key !== null && card.key === o.key);
  if (same !== undefined) return same.id;
  if (model.cards.has(o.id)) throw new ModelError("CARD_EXISTS");
  if (o.deps.some((dep) => !model.cards.has(dep))) throw new ModelError("DEPENDENCY_UNKNOWN");
  model.cards.set(o.id, {
    ...{ id: o.id, priority: o.priority, created_at: createdAt(o.id), depends_on: [...o.deps].sort() },
    ...{ key: o.key, status: "ready", owner: null, token: null, expired: false, fence: 0, evidence: null },
    ...{ completedBy: null, events: ["created"] },
  });
  return o.id;
}

function predictClaim(model: Model, o: Extract<Operation, { op: "claim" }>): Answer {
  const won = [...model.cards.values()].find((card) => o.token !== null && card.token === o.token);
  if (won !== undefined) {
    if (won.owner !== o.owner) throw new ModelError("INVALID");
    return won.id;
  }
  const best = claimable(model).find((card) => o.id === null || card.id === o.id);
  if (best !== undefined) return win(best, o.owner, o.token);
  if (o.id === null) return null;
  throw new ModelError(get(model, o.id).status === "claimed" ? "CLAIMED" : "NOT_READY");
}
