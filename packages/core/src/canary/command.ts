/** What a message asks the canary to do. `say` is a text that is no command. */
export type Command =
  | { readonly kind: "say" | "help" | "status" | "mute" | "unmute" | "crash" }
  | { readonly kind: "slow" | "deaf"; readonly ms: number }
  | { readonly kind: "block"; readonly reason: string }
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "usage"; readonly usage: string };

export const HELP = [
  "I answer by rule, without a model. A text gets a short answer; these words do more:",
  "  help              this list",
  "  status            turns, queue and what I report",
  "  slow 5s           stay busy for that long (300ms, 5s, 2m)",
  '  block "reason"    open a dialog and wait for y or n',
  "  deaf 5s           do not take Enter for that long",
  "  mute, unmute      stop and resume reporting",
  "  exit 3            end with that status",
  "  crash             end with an uncaught error",
  "  /clear            typed alone: forget the conversation",
].join("\n");

const UNITS: Readonly<Partial<Record<string, number>>> = { ms: 1, s: 1_000, m: 60_000 };
const LONGEST_MS = 3_600_000;

/** Reads the command on the first line of a text; a word that takes nothing must stand alone. */
export function parseCommand(text: string): Command {
  const [line = "", ...more] = text.trim().split("\n");
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line.trimEnd()) ?? [];
  switch (word) {
    case "help":
    case "status":
    case "mute":
    case "unmute":
    case "crash":
      return rest === "" && more.length === 0 ? { kind: word } : { kind: "say" };
    case "slow":
    case "deaf":
      return timed(word, rest);
    case "block":
      return block(rest);
    case "exit":
      return exit(rest);
    default:
      return { kind: "say" };
  }
}

function timed(kind: "slow" | "deaf", rest: string): Command {
  const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(rest) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (count === "" || ms > LONGEST_MS)
    return { kind: "usage", usage: `${kind} 5s: a number and ms, s or m, at most 60m` };
  return { kind, ms: Math.round(ms) };
}

function block(rest: string): Command {
  const reason = /^(?:"([^"]+)"|'([^']+)'|([^"'].*))$/.exec(rest);
  const text = (reason?.[1] ?? reason?.[2] ?? reason?.[3] ?? "").trim();
  return text === ""
    ? { kind: "usage", usage: 'block "reason": what I should ask' }
    : { kind: "block", reason: text };
}

function exit(rest: string): Command {
  const code = rest === "" ? 0 : Number(rest);
  if (!/^\d{0,3}$/.test(rest) || code > 255)
    return { kind: "usage", usage: "exit 3: a status from 0 to 255" };
  return { kind: "exit", code };
}
