import type { BacklogStats, Card, StoreFacts } from "@mosaic/fleet-core";
import type { Output } from "./output.ts";
import { table, type Column } from "./table.ts";

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
] as const;

export function span(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= 2 * size) ?? [1, "s"];
  return `${String(Math.round(seconds / size))}${unit}`;
}

const STYLES = { ready: "green", claimed: "yellow", blocked: "red", done: "dim" } as const;

/** A ready card whose dependencies are not done waits: that is what people want to see. */
export const stateOf = ({ status, unmet_deps }: Card): string =>
  status === "ready" && unmet_deps > 0 ? "waiting" : status;

export const painted = (out: Output, card: Card, text: string): string =>
  stateOf(card) === "waiting" ? text : out.paint(STYLES[card.status], text);

const holder = ({ claim_owner, claim_expires_at }: Card, now: number): string => {
  if (claim_owner === null || claim_expires_at === null) return "-";
  const left = Math.round((claim_expires_at - now) / 1000);
  return `${claim_owner} ${left > 0 ? `for ${span(left)}` : "expired"}`;
};

export function cardsText(out: Output, cards: readonly Card[], now: number): string {
  if (cards.length === 0) return "";
  const columns: Column<Card>[] = [
    { head: "ID", cell: ({ id }) => id },
    { head: "PRIO", cell: ({ priority }) => String(priority), right: true },
    { head: "STATUS", cell: stateOf, paint: (card, text) => painted(out, card, text) },
    { head: "CLASS", cell: (card) => card.class ?? "-" },
    { head: "PHASE", cell: ({ phase }) => phase ?? "-" },
    { head: "OWNER", cell: (card) => holder(card, now) },
    {
      head: "WAITS FOR",
      cell: ({ unmet_deps }) => (unmet_deps === 0 ? "-" : String(unmet_deps)),
      right: true,
    },
    { head: "TITLE", cell: ({ title }) => title },
  ];
  return table(out, columns, cards);
}

export function cardLine(out: Output, card: Card): string {
  const claim = card.claim_owner === null ? "" : `  ${card.claim_owner}, fence ${String(card.fence)}`;
  return `${card.id}  ${painted(out, card, stateOf(card))}${claim}  ${card.title}`;
}

interface ShownEvent {
  readonly ts: number;
  readonly kind: string;
  readonly owner: string | null;
}

export function cardText(out: Output, card: Card, events: readonly ShownEvent[], now: number): string {
  const fields: readonly (readonly [string, unknown])[] = [
    ["phase", card.phase],
    ["class", card.class],
    ["priority", card.priority],
    ["depends on", card.depends_on.join(", ")],
    ["owner", card.claim_owner === null ? null : `${holder(card, now)}, fence ${String(card.fence)}`],
    ["attempts", card.attempts],
    ["acceptance", card.acceptance],
    ["evidence", card.evidence],
    ["tokens", card.actual_tokens ?? card.projected_tokens],
  ];
  const told = fields.flatMap(([name, value]) => {
    if (value === null || value === "") return [];
    return [
      `${out.paint("dim", name.padEnd(10))}  ${typeof value === "string" ? value : JSON.stringify(value)}`,
    ];
  });
  const history = events.map(({ ts, kind, owner }) =>
    `${new Date(ts).toISOString()}  ${kind.padEnd(9)}  ${owner ?? ""}`.trimEnd(),
  );
  const head = `${card.id}  ${painted(out, card, stateOf(card))}  ${out.paint("bold", card.title)}`;
  return [head, ...told, ...(card.body === null ? [] : ["", card.body]), "", ...history].join("\n");
}

export function statsText(stats: BacklogStats): string {
  const { by_status: by, oldest_ready_age_seconds: oldest } = stats;
  return [
    `${String(stats.cards)} cards: ${String(by.ready)} ready (${String(stats.claimable)} to claim, ${String(stats.waiting)} waiting), ${String(by.claimed)} claimed, ${String(by.blocked)} blocked, ${String(by.done)} done`,
    `oldest to claim: ${oldest === null ? "-" : span(oldest)}`,
    `expired claims: ${String(stats.expired_claims)}`,
    `done: ${String(stats.done_last_hour)} in the last hour, ${String(stats.done_last_day)} in the last day`,
  ].join("\n");
}

export function storeText({ store, address, service }: StoreFacts, now: number): string {
  if (store === "server") return `A Postgres server: ${address}`;
  const served =
    service === null
      ? "no service is running: the next call that needs the store starts one"
      : `served by process ${String(service.pid)}, mosaic ${service.version}, for ${span((now - service.started_at) / 1000)}`;
  return `Embedded: ${address}\n${served}`;
}
