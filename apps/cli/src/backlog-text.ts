import type { BacklogStats, Card, Json, StoreFacts } from "@mosaic/fleet-core";
import { sanitize } from "@mosaic/fleet-model";
import type { Output } from "./output.ts";
import { oneLine } from "./plain-text.ts";
import { table, type Column } from "./table.ts";

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
] as const;

function span(seconds: number): string {
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
  return `${oneLine(claim_owner)} ${left > 0 ? `for ${span(left)}` : "expired"}`;
};

/** @param width - Of the terminal; undefined in a pipe, where nothing is cut. */
export function cardsText(out: Output, cards: readonly Card[], now: number, width?: number): string {
  if (cards.length === 0) return "";
  const columns: Column<Card>[] = [
    { head: "ID", cell: ({ id }) => id },
    { head: "PRIO", cell: ({ priority }) => String(priority), right: true, spare: 4 },
    { head: "STATUS", cell: stateOf, paint: (card, text) => painted(out, card, text) },
    { head: "CLASS", cell: (card) => oneLine(card.class ?? "-"), spare: 2 },
    { head: "PHASE", cell: ({ phase }) => oneLine(phase ?? "-"), spare: 3 },
    { head: "OWNER", cell: (card) => holder(card, now), spare: 1 },
    {
      head: "WAITS FOR",
      cell: ({ unmet_deps }) => (unmet_deps === 0 ? "-" : String(unmet_deps)),
      right: true,
      spare: 5,
    },
    { head: "TITLE", cell: ({ title }) => oneLine(title) },
  ];
  return table(out, columns, cards, width);
}

export function cardLine(out: Output, card: Card): string {
  const claim =
    card.claim_owner === null ? "" : `  ${oneLine(card.claim_owner)}, fence ${String(card.fence)}`;
  return `${card.id}  ${painted(out, card, stateOf(card))}${claim}  ${oneLine(card.title)}`;
}

interface ShownEvent {
  readonly ts: number;
  readonly kind: string;
  readonly owner: string | null;
  readonly detail: Json;
}

/** Text as it is, a list with a line each, anything else as JSON. */
const valueText = (value: unknown): string => {
  if (typeof value === "string") return sanitize(value);
  if (Array.isArray(value)) return value.map((one) => `\n  - ${oneLine(valueText(one))}`).join("");
  return sanitize(JSON.stringify(value));
};

const detailText = (detail: Json): string =>
  Object.entries(detail ?? {})
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${oneLine(valueText(value))}`)
    .join(", ");

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
  const told = fields.flatMap(([name, value]) =>
    value === null || value === "" ? [] : [`${out.paint("dim", name.padEnd(10))}  ${valueText(value)}`],
  );
  const history = events.map(({ ts, kind, owner, detail }) =>
    [new Date(ts).toISOString(), kind.padEnd(9), oneLine(owner ?? ""), detailText(detail)]
      .filter((part) => part !== "")
      .join("  ")
      .trimEnd(),
  );
  const head = `${card.id}  ${painted(out, card, stateOf(card))}  ${out.paint("bold", oneLine(card.title))}`;
  const body = card.body === null ? [] : ["", sanitize(card.body)];
  return [head, ...told, ...body, "", ...history].join("\n");
}

export function statsText(out: Output, stats: BacklogStats): string {
  const { by_status: by, oldest_ready_age_seconds: oldest } = stats;
  const rows = [
    [
      "ready",
      by.ready,
      `${String(stats.claimable)} to claim${oldest === null ? "" : `, the oldest for ${span(oldest)}`}; ${String(stats.waiting)} waiting`,
    ],
    ["claimed", by.claimed, `${String(stats.expired_claims)} expired`],
    ["blocked", by.blocked, ""],
    [
      "done",
      by.done,
      `${String(stats.done_last_hour)} in the last hour, ${String(stats.done_last_day)} in the last day`,
    ],
    ["all", stats.cards, ""],
  ] as const;
  return table(
    out,
    [
      { head: "STATUS", cell: ([name]) => name },
      { head: "CARDS", cell: ([, count]) => String(count), right: true },
      { head: "", cell: ([, , more]) => more },
    ],
    rows,
  );
}

export function storeText({ store, address, named_by, service }: StoreFacts, now: number): string {
  if (store === "server") {
    const by =
      named_by === "environment"
        ? "DATABASE_URL in your environment, which agents in panes do not get"
        : "the credentials file";
    return `A Postgres server: ${address}\nnamed by ${by}`;
  }
  const served =
    service === null
      ? "no service is running: the next call that needs the store starts one"
      : `served by process ${String(service.pid)}, mosaic ${service.version}, for ${span((now - service.started_at) / 1000)}`;
  return `Embedded: ${address}\n${served}`;
}
