import fc from "fast-check";
import { isFleetError } from "@mosaic/fleet-model";
import type { Card } from "../src/card.ts";
import type { BacklogEvent } from "../src/event.ts";
import { INVARIANTS } from "./invariants.ts";
import { ModelError, newModel } from "./model.ts";
import { operation, perform, predict, type Answer, type Operation } from "./operations.ts";
import type { TestStore } from "./stores.ts";

export interface RandomRun {
  readonly operations: number;
  readonly seed: number;
}

const LENGTH = 60;

/**
 * Performs random sequences on the store and on the model until this many operations were done. A failure is shrunk to
 * the shortest sequence that still fails, and names the invariant.
 */
export async function randomSequences(store: TestStore, { operations, seed }: RandomRun): Promise<number> {
  let done = 0;
  const sequence = fc.array(operation, { minLength: LENGTH, maxLength: LENGTH, size: "max" });
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      await follow(store, steps);
      done += steps.length;
    }),
    { seed, numRuns: Math.ceil(operations / LENGTH), endOnFailure: false },
  );
  return done;
}

async function follow(store: TestStore, steps: readonly Operation[]): Promise<void> {
  await store.clear();
  const model = newModel();
  let before: ReadonlyMap<string, Card> = new Map();
  const events: BacklogEvent[] = [];
  for (const [index, step] of steps.entries()) {
    const real = await outcome(() => perform(store, step));
    const { cards } = await store.backlog.list({ limit: 1_000 });
    const after = new Map(cards.map((card) => [card.id, card]));
    events.push(...(await store.backlog.events({ after: events.at(-1)?.seq ?? 0, limit: 1_000 })).events);
    const expected = await outcome(() => predict(model, step, (id) => after.get(id)?.created_at ?? 0));
    const where = `step ${String(index)}, ${JSON.stringify(step)}`;
    if (JSON.stringify(real) !== JSON.stringify(expected))
      throw new Error(
        `${where}: the store says ${JSON.stringify(real)}, the model ${JSON.stringify(expected)}`,
      );
    for (const [name, holds] of Object.entries(INVARIANTS))
      if (!holds({ model, operation: step, ...real, before, after, events }))
        throw new Error(`${where}: broken: ${name}`);
    before = after;
  }
}

async function outcome(
  work: () => Answer | Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly failed: boolean }> {
  try {
    return { answer: await work(), failed: false };
  } catch (error) {
    if (error instanceof ModelError || isFleetError(error)) return { answer: error.code, failed: true };
    throw error;
  }
}
