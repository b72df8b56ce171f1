import type { Card, NewCard } from "./card.ts";
import type { BacklogOperation } from "./requests.ts";

/**
 * An operation was asked again because its answer was lost, and is refused. When that is because the first time it was
 * done, this is what it would have answered then.
 *
 * @param show - Reads a card; undefined when that is lost, too.
 * @returns `undefined` when the refusal stands.
 */
export async function resultOfFirst(
  op: BacklogOperation,
  request: unknown,
  refusal: unknown,
  show: (id: string) => Promise<unknown>,
): Promise<unknown> {
  const code = refusal instanceof Error && "code" in refusal ? refusal.code : undefined;
  const wanted = REPEATED[op];
  if (wanted === undefined || code !== wanted.refusal) return undefined;
  const asked = request as NewCard & { readonly fence?: number }; // The service has checked it.
  const card = (await show(asked.id)) as Card | undefined; // What `show` answers.
  if (card === undefined || !wanted.done(card, asked)) return undefined;
  return op === "create" ? { card, created: true } : card;
}

interface Repeated {
  /** With this code the second is refused after the first was done. */
  readonly refusal: string;
  readonly done: (card: Card, asked: NewCard & { readonly fence?: number }) => boolean;
}

const REPEATED: Partial<Record<BacklogOperation, Repeated>> = {
  create: {
    refusal: "BACKLOG_CARD_EXISTS",
    done: (card, { title, body = null, depends_on = [] }) =>
      card.title === title &&
      card.body === body &&
      card.depends_on.join() === [...new Set(depends_on)].sort().join(),
  },
  release: {
    refusal: "BACKLOG_FENCE_LOST",
    done: ({ status, fence }, asked) => status === "ready" && fence === asked.fence,
  },
  block: {
    refusal: "BACKLOG_FENCE_LOST",
    done: ({ status, fence }, asked) => status === "blocked" && fence === asked.fence,
  },
  reopen: { refusal: "BACKLOG_NOT_READY", done: ({ status }) => status === "ready" || status === "claimed" },
  unblock: { refusal: "BACKLOG_NOT_READY", done: ({ status }) => status === "ready" || status === "claimed" },
};
