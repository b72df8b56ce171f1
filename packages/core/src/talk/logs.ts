import { open, stat } from "node:fs/promises";
import { sanitize } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { answerOf, askPeer } from "./peer.ts";
import { routeTo } from "./route.ts";

/** How far back the last lines are looked for, in bytes of each file. */
const LOOK_BACK = 1_048_576;
const TELL_MS = 5_000;

/** The recorded stream of a pane, from some place on. */
export interface PaneLog {
  /** The last lines, without escape sequences. */
  readonly lines: readonly string[];
  /**
   * What was recorded since the last call, as it was recorded. What two rotations took away meanwhile is missing.
   * Undefined where the pane is on another host.
   */
  readonly more: (() => Promise<Buffer>) | undefined;
}

/**
 * What an agent's pane printed, over restarts too.
 *
 * @throws CoreError `LOG_MISSING` when nothing was recorded; `AGENT_UNKNOWN`, `HOST_UNREACHABLE`, `HOST_LOST`.
 */
export async function paneLog(
  context: FleetContext,
  roster: Roster,
  agent: string,
  lines: number,
): Promise<PaneLog> {
  const route = await routeTo(context, roster, agent);
  if (route?.kind === "host") {
    const words = ["fleet", "logs", agent, "--json", "-n", String(lines)];
    const answer = await askPeer(context, route.destination, words, { timeoutMs: TELL_MS });
    const told = answerOf(route.destination, answer) as Pick<PaneLog, "lines">; // The other side runs the same code.
    return { lines: told.lines, more: undefined };
  }
  const { name } = seatOf(route?.roster ?? roster, agent);
  const path = (route?.context ?? context).home.log(name);
  let place = await placeOfEnd(path);
  if (place === undefined) {
    throw new CoreError({
      code: "LOG_MISSING",
      message: `nothing was recorded of ${name}`,
      hint: `What it prints is recorded from its next start on: mosaic fleet restart ${name}`,
    });
  }
  const recorded = Buffer.concat([await lastBytes(`${path}.1`), await lastBytes(path)]).toString("utf8");
  return {
    lines: sanitize(recorded).replace(/\n+$/, "").split("\n").slice(-lines),
    more: async () => {
      const now = await placeOfEnd(path);
      if (place === undefined || now === undefined) return Buffer.alloc(0);
      const rotated = now.file !== place.file;
      const parts = rotated
        ? [await bytesOf(`${path}.1`, place.length), await bytesOf(path, 0)]
        : [await bytesOf(path, place.length)];
      const grown = parts.map(({ length }) => length);
      place = { file: now.file, length: rotated ? (grown[1] ?? 0) : place.length + (grown[0] ?? 0) };
      return Buffer.concat(parts);
    },
  };
}

/** Which file it is, by its inode, and how long. */
async function placeOfEnd(
  path: string,
): Promise<{ readonly file: number; readonly length: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { file: found.ino, length: found.size };
}

const lastBytes = async (path: string): Promise<Buffer> =>
  bytesOf(path, Math.max(0, ((await placeOfEnd(path))?.length ?? 0) - LOOK_BACK));

/** From `start` to the end; nothing when there is no such file. */
async function bytesOf(path: string, start: number): Promise<Buffer> {
  try {
    await using file = await open(path);
    const length = Math.max(0, (await file.stat()).size - start);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}
