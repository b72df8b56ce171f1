import type { Socket } from "@mosaic/fleet-commands/tmux";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeAtomically } from "../files.ts";
import { socketName } from "../tmux-error.ts";

/** The sockets on which this home has started sessions; what is there may have ended since. Read-only. */
export async function usedSockets({ home }: FleetContext): Promise<Socket[]> {
  try {
    const names: unknown = JSON.parse((await readIfPresent(home.sockets)) ?? "[]");
    return Array.isArray(names) ? names.map((name) => (typeof name === "string" ? name : undefined)) : [];
  } catch {
    // Our own file: torn, it knows nothing.
    return [];
  }
}

/** To be called before the first session is started on a socket: a roster that names another one later must find it. */
export async function noteSocket(context: FleetContext, socket: Socket): Promise<void> {
  const known = await usedSockets(context);
  if (!known.includes(socket)) await write(context, [...known, socket]);
}

/** To be called when nothing of this home runs on any but this one. */
export async function forgetSockets(context: FleetContext, keep: Socket): Promise<void> {
  const known = await usedSockets(context);
  if (known.some((socket) => socket !== keep)) await write(context, [keep]);
}

const write = ({ home }: FleetContext, sockets: readonly Socket[]): Promise<void> =>
  writeAtomically(home.sockets, JSON.stringify(sockets.map((socket) => socket ?? null)), 0o600);

/** The fleet as it was when its roster named that socket. */
export const onSocket = (roster: Roster, socket: Socket): Roster => {
  const { socket_name: _, ...tmux } = roster.tmux;
  return {
    ...roster,
    tmux: { ...tmux, ...(socket === undefined ? {} : { socket_name: socket }) },
  };
};

/** The sockets in {@link FleetFacts.left_on}. */
export const socketsOf = ({ left_on }: { readonly left_on: readonly (string | null)[] }): Socket[] =>
  left_on.map((name) => name ?? undefined);

/** @param left - The sockets on which sessions of this home run although the roster names another. @throws CoreError `SOCKET_CHANGED`. */
export function requireNoneLeft(roster: Roster, left: readonly Socket[]): void {
  const [socket] = left;
  if (left.length === 0) return;
  throw new CoreError({
    code: "SOCKET_CHANGED",
    message: `agents of this fleet run on ${socketName(socket)}, and the roster now names ${socketName(roster.tmux.socket_name)}`,
    hint: "End them first, on both: mosaic fleet down. Or give the roster its earlier tmux.socket_name back.",
  });
}
