import type { CardStatus } from "../src/card.ts";

/** The backlog as a few plain rules, against which the real one is compared after every operation. */
export interface ModelCard {
  readonly id: string;
  readonly priority: number;
  readonly created_at: number;
  readonly depends_on: string[];
  readonly key: string | null;
  status: CardStatus;
  owner: string | null;
  token: string | null;
  expired: boolean;
  fence: number;
  evidence: number | null;
  /** By which claim it was completed; null is the operator. */
  completedBy: number | null;
  events: string[];
}

export class ModelError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = `BACKLOG_${code}`;
  }
}

export interface Model {
  readonly cards: Map<string, ModelCard>;
  readonly tokens: Map<string, string>;
}

export const newModel = (): Model => ({ cards: new Map(), tokens: new Map() });

export function get(model: Model, id: string): ModelCard {
  const card = model.cards.get(id);
  if (card === undefined) throw new ModelError("CARD_UNKNOWN");
  return card;
}

export const unmet = (model: Model, card: ModelCard): number =>
  card.depends_on.filter((id) => model.cards.get(id)?.status !== "done").length;

export const claimable = (model: Model): ModelCard[] =>
  [...model.cards.values()]
    .filter((card) => card.status === "ready" && unmet(model, card) === 0)
    .sort((a, b) => b.priority - a.priority || a.created_at - b.created_at || (a.id < b.id ? -1 : 1));

export function reaches(model: Model, from: string, to: string): boolean {
  if (from === to) return true;
  return (model.cards.get(from)?.depends_on ?? []).some((id) => reaches(model, id, to));
}

export function held(model: Model, id: string, fence: number): ModelCard {
  const card = get(model, id);
  if (card.status !== "claimed" || card.fence !== fence || card.expired) throw new ModelError("FENCE_LOST");
  return card;
}

export function endClaim(card: ModelCard, status: CardStatus, event: string): void {
  card.status = status;
  card.owner = null;
  card.token = null;
  card.expired = false;
  card.events.push(event);
}

export function win(card: ModelCard, owner: string, token: string | null): string {
  card.status = "claimed";
  card.owner = owner;
  card.token = token;
  card.expired = false;
  card.fence++;
  card.events.push("claimed");
  return card.id;
}
