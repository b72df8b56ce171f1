import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Waits until the other side has read what was written, or is gone: whoever reads its answer finds that out. Never rejects,
 * and leaves no listener behind.
 */
export async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(socket, "drain", { signal }), once(socket, "close", { signal })]).catch(
    () => undefined,
  );
  over.abort();
}
