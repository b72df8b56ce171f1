import type { Mail } from "@mosaic/fleet-core";
import { age } from "./fleet-text.ts";
import type { Output } from "./output.ts";
import { table, type Column } from "./table.ts";

const STATE_STYLE = { queued: "cyan", delivered: "green", failed: "red", expired: "yellow" } as const;
const SHOWN = 48;

/** A message as `--json` shows it: with its age and what is left of its time, in seconds. */
export const mailRow = (mail: Mail, now: number): Readonly<Record<string, unknown>> => ({
  ...mail,
  age_seconds: secondsOf(now - mail.created_at),
  ttl_seconds: mail.state === "queued" ? secondsOf(mail.expires_at - now) : null,
});

const secondsOf = (ms: number): number => Math.max(0, Math.round(ms / 1000));

export function inboxText(out: Output, mail: readonly Mail[], now: number): string {
  if (mail.length === 0) return "";
  const columns: Column<Mail>[] = [
    { head: "ID", cell: (m) => m.id },
    { head: "FROM", cell: (m) => m.sender },
    { head: "TO", cell: (m) => m.receiver },
    { head: "STATE", cell: (m) => m.state, paint: (m, text) => out.paint(STATE_STYLE[m.state], text) },
    { head: "AGE", cell: (m) => age((now - m.created_at) / 1000), right: true },
    {
      head: "TTL",
      cell: (m) => (m.state === "queued" ? age((m.expires_at - now) / 1000) : "-"),
      right: true,
    },
    { head: "TEXT", cell: (m) => (m.why ?? m.text).replace(/\s+/g, " ").slice(0, SHOWN) },
  ];
  return table(out, columns, mail);
}
