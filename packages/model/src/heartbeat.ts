import { ModelError } from "./error.ts";
import { sanitize } from "./sanitize.ts";

export const HEARTBEAT_STATES = ["starting", "busy", "idle", "blocked"] as const;
export type HeartbeatState = (typeof HEARTBEAT_STATES)[number];

/** Heartbeat version 1: an agent's own report, one JSON object in `fleet/run/<agent>.hb`. */
export interface Heartbeat {
  readonly version: 1;
  readonly agent: string;
  readonly tenant_id: string;
  readonly host: string;
  /** The process in the agent's pane. A heartbeat of another pid is a leftover of an earlier start. */
  readonly pid: number;
  readonly runtime: string;
  /** The runtime's own conversation id, where it has one. */
  readonly session_id: string | null;
  readonly state: HeartbeatState;
  /** Why it is blocked; what an idle one's last turn failed with; what a busy one tries again. Else null. */
  readonly reason: string | null;
  /** Since when the agent is in `state`, in milliseconds since the epoch. */
  readonly since: number;
  /** When this report was written, in milliseconds since the epoch. */
  readonly ts: number;
  /** The longest pause between two reports of a healthy agent, in milliseconds. */
  readonly interval: number;
  /** The hash of the contract the agent was launched with. */
  readonly contract: string | null;
  /** The card the agent holds. */
  readonly card: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string";
const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isState = (value: unknown): boolean => HEARTBEAT_STATES.some((state) => state === value);

const CHECKS: Readonly<Record<keyof Heartbeat, (value: unknown) => boolean>> = {
  version: (value) => value === 1,
  agent: isText,
  tenant_id: isText,
  host: isText,
  pid: isCount,
  runtime: isText,
  session_id: isTextOrNull,
  state: isState,
  reason: isTextOrNull,
  since: isCount,
  ts: isCount,
  interval: (value) => isCount(value) && value !== 0,
  contract: isTextOrNull,
  card: isTextOrNull,
};

function decode(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object: the checks below look at each field.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The longest text of a heartbeat that is shown, in UTF-16 units. */
const TEXT_MAX = 500;

/** One line that a terminal only prints: whoever writes the file does not write on the operator's screen. */
const line = (value: unknown): unknown =>
  typeof value === "string"
    ? sanitize(value)
        .replace(/[\n\t]+/g, " ")
        .slice(0, TEXT_MAX)
        .toWellFormed()
    : value;

/**
 * Its texts are single lines without anything that a terminal acts on, of 500 characters at most. Checks by hand, because
 * `fleet ps` reads one per agent and a schema library costs more than the read.
 *
 * @throws {@link ModelError} `HEARTBEAT_INVALID`, naming the fields that are wrong.
 */
export function parseHeartbeat(text: string): Heartbeat {
  const fields = decode(text);
  const wrong = fields && Object.entries(CHECKS).flatMap(([key, check]) => (check(fields[key]) ? [] : [key]));
  if (fields && wrong?.length === 0) {
    const cleaned = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, line(value)]));
    // Every field of Heartbeat has been checked.
    return cleaned as unknown as Heartbeat;
  }
  throw new ModelError({
    code: "HEARTBEAT_INVALID",
    message: wrong ? `heartbeat with wrong ${wrong.join(", ")}` : "heartbeat is not a JSON object",
    hint: "The agent writes it anew within its interval; restart the agent if it does not.",
  });
}

export function serializeHeartbeat(heartbeat: Heartbeat): string {
  return `${JSON.stringify(heartbeat)}\n`;
}
