import type { Card } from "../src/card.ts";
import { findCircle } from "../src/circle.ts";
import type { BacklogEvent } from "../src/event.ts";
import { claimable, unmet, type Model } from "./model.ts";
import type { Answer, Operation } from "./operations.ts";

/** What is known after one step. */
export interface Step {
  readonly model: Model;
  readonly operation: Operation;
  readonly answer: Answer;
  readonly failed: boolean;
  readonly before: ReadonlyMap<string, Card>;
  readonly after: ReadonlyMap<string, Card>;
  readonly events: readonly BacklogEvent[];
}

const every = (step: Step, holds: (card: Card) => boolean): boolean => [...step.after.values()].every(holds);
const eventsOf = (step: Step, id: string): string[] =>
  step.events.filter((event) => event.card_id === id).map(({ kind }) => kind);

/** What holds after every step of every sequence, by name. */
export const INVARIANTS: Readonly<Record<string, (step: Step) => boolean>> = {
  "no acknowledged card is lost": ({ model, after }) =>
    model.cards.size === after.size && [...model.cards.keys()].every((id) => after.has(id)),
  "a claim has exactly one owner, and what is not claimed has none": (step) =>
    every(step, (card) => (card.status === "claimed") === (card.claim_owner !== null)),
  "who holds a card is who won it last": (step) =>
    every(step, (card) => card.claim_owner === step.model.cards.get(card.id)?.owner),
  "the counter is the number of dependencies that are not done": (step) =>
    every(
      step,
      (card) =>
        card.unmet_deps === card.depends_on.filter((id) => step.after.get(id)?.status !== "done").length,
    ),
  "a card was claimed only when all its dependencies were done": ({ operation, answer, failed, before }) =>
    operation.op !== "claim" ||
    failed ||
    typeof answer !== "string" ||
    before.get(answer)?.status === "claimed" ||
    before.get(answer)?.unmet_deps === 0,
  "a fence never shrinks and grows by one with a claim": (step) =>
    every(step, (card) => {
      const grown = card.fence - (step.before.get(card.id)?.fence ?? 0);
      return grown === 0 || (grown === 1 && step.operation.op === "claim");
    }),
  "attempts count the claims in the history": (step) =>
    every(
      step,
      (card) => card.attempts === eventsOf(step, card.id).filter((kind) => kind === "claimed").length,
    ),
  "what was refused changed nothing": ({ failed, before, after }) =>
    !failed || JSON.stringify([...before]) === JSON.stringify([...after]),
  "no card waits for itself": ({ after }) =>
    findCircle(
      [...after.values()].flatMap(({ id, depends_on }) => depends_on.map((to) => ({ from: id, to }))),
    ) === undefined,
  "nobody starves while a card can be claimed": ({ operation, answer, failed, before }) =>
    operation.op !== "claim" ||
    failed ||
    answer !== null ||
    ![...before.values()].some((card) => card.status === "ready" && card.unmet_deps === 0),
  "done ends only by reopening, and its evidence stays": ({ operation, before, after }) =>
    [...before.values()].every((was) => {
      const is = after.get(was.id);
      return (
        was.status !== "done" ||
        operation.op === "reopen" ||
        (is?.status === "done" && is.evidence === was.evidence)
      );
    }),
  "the history has one event for each thing that happened": (step) =>
    [...step.model.cards.values()].every((card) => eventsOf(step, card.id).join() === card.events.join()),
  "the store agrees with the model about what can be claimed": (step) =>
    claimable(step.model)
      .map(({ id }) => id)
      .join() ===
    [...step.after.values()]
      .filter((card) => card.status === "ready" && card.unmet_deps === 0)
      .map(({ id }) => id)
      .join(),
  "the store agrees with the model about every card": (step) =>
    every(step, (card) => {
      const model = step.model.cards.get(card.id);
      return (
        model?.status === card.status &&
        model.fence === card.fence &&
        model.evidence === card.evidence &&
        model.depends_on.join() === card.depends_on.join() &&
        unmet(step.model, model) === card.unmet_deps
      );
    }),
};
