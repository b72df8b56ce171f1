import type { Roster } from "./roster.ts";
import { resolveRoster } from "./roster.ts";
import { readRoster } from "./read-roster.ts";

/**
 * Parses a roster, YAML or JSON, and fills in its defaults.
 *
 * @param text - At most {@link MAX_ROSTER_LENGTH} characters.
 * @param source - Names the roster in messages: a path, or `<stdin>`.
 * @param context - `tenantId` is the OS user's name, for a roster that names no tenant.
 * @throws {@link RosterError} `ROSTER_INVALID` with every problem of the text at once, or `ROSTER_TOO_LARGE`.
 */
export function parseRoster(text: string, source: string, context: { tenantId: string }): Roster {
  return resolveRoster(readRoster(text, source).written, context);
}
