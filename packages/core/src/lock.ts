import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CoreError } from "./error.ts";
import { makeFolder } from "./files.ts";

const SQLITE_BUSY = 5;
const POLL_MS = 25;

/**
 * Holds an exclusive lock until disposed. The kernel frees it when the process dies, however it dies: lock files
 * with a pid or a time stamp outlive a kill -9 or lose to a suspended laptop.
 *
 * @param waitMs - How long to wait for another holder, in milliseconds.
 * @throws {@link CoreError} `LOCK_HELD` with `busy` as its message; `WRITE_FAILED`.
 */
export async function lock(
  path: string,
  waitMs: number,
  busy: string,
  signal?: AbortSignal,
): Promise<Disposable> {
  const held = await lockWithin(path, waitMs, signal);
  if (held) return held;
  throw lockHeld(busy);
}

export const lockHeld = (busy: string): CoreError =>
  new CoreError({
    code: "LOCK_HELD",
    message: busy,
    hint: "Wait until it has finished, then run the command again.",
  });

/** As {@link lock}. @returns `undefined` when another holds it longer. */
export async function lockWithin(
  path: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Disposable | undefined> {
  await makeFolder(dirname(path));
  const deadline = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    const held = tryLock(path);
    if (held || performance.now() >= deadline) return held;
    await pause(POLL_MS);
  }
}

function tryLock(path: string): Disposable | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // In memory, because a journal on the disk needs space: on a full one a fleet must still be stopped.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    const held = database;
    return {
      [Symbol.dispose]() {
        held.close();
      },
    };
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw new CoreError({
      code: "WRITE_FAILED",
      message: `cannot lock ${path}: ${(cause as Error).message}`,
      hint: "Check that its folder is writable and that the disk is not full.",
      cause,
    });
  }
}
