import { DatabaseSync } from "node:sqlite";
import { storeError } from "./store-error.ts";

const SQLITE_BUSY = 5;
/** SQLite's own numbers for trouble with the file, as the kernel's names. */
const ERRNO: Readonly<Record<number, string>> = { 8: "EROFS", 13: "ENOSPC", 14: "EACCES" };

/**
 * Takes an exclusive lock that the kernel frees when the process dies, however it dies.
 *
 * @returns `undefined` when another process has it.
 * @throws {@link BacklogError} `BACKLOG_STORE_*` when the file cannot be locked.
 */
export function tryStoreLock(path: string): Disposable | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // In memory: a journal on the disk needs space, and a full disk must still let the store be stopped.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    const held = database;
    return {
      [Symbol.dispose]: () => {
        held.close();
      },
    };
  } catch (cause) {
    database?.close();
    const code = (cause as { readonly errcode?: number }).errcode ?? 0; // node:sqlite's own field.
    if (code === SQLITE_BUSY) return undefined;
    const errno = ERRNO[code & 0xff];
    throw storeError(errno === undefined ? cause : Object.assign(new Error(errno), { code: errno }), path);
  }
}
