import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BacklogError } from "./error.ts";
import { storeError } from "./store-error.ts";

/** A socket's path has at most 107 bytes on Linux and 103 on macOS. */
const MAX_SOCKET_BYTES = 103;

/** Where the embedded store is and where its service is met. Two names of one directory have one place. */
export interface StorePlace {
  readonly dataDir: string;
  /** Held by the service as long as it may touch the directory. */
  readonly lock: string;
  /** Held by whoever starts a service, so that many who want one start one. */
  readonly startLock: string;
  /** Where the service listens when we start it. */
  readonly socket: string;
  /** Tells where the service listens when that is not beside the directory; else undefined. */
  readonly address: string | undefined;
}

/**
 * Makes the folder beside the data directory; only its owner gets in. Synchronous: a few calls of the file system take less
 * than what it takes to wait for them.
 *
 * @param temporary - Where the socket goes when the directory lies too deep for one.
 * @throws {@link BacklogError} `BACKLOG_STORE_*`.
 */
export function storePlace(dataDir: string, temporary: string): StorePlace {
  try {
    const real = realpathOf(resolve(dataDir));
    const folder = `${real}.service`;
    privateFolder(folder);
    const beside = join(folder, "socket");
    const elsewhere = fit(beside) ? undefined : socketFolder(real, temporary);
    return {
      dataDir: real,
      lock: join(folder, "lock"),
      startLock: join(folder, "start-lock"),
      socket: elsewhere === undefined ? beside : join(elsewhere, "socket"),
      address: elsewhere === undefined ? undefined : join(folder, "address"),
    };
  } catch (cause) {
    throw storeError(cause, dataDir);
  }
}

function socketFolder(dataDir: string, temporary: string): string {
  const digest = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const name = `mosaic-${String(process.getuid?.() ?? 0)}-${digest}`;
  const folder = join(fit(join(temporary, name, "socket")) ? temporary : "/tmp", name);
  privateFolder(folder);
  return folder;
}

/** Whether a socket can have this path. */
const fit = (socket: string): boolean => Buffer.byteLength(socket) <= MAX_SOCKET_BYTES;

/** Where the service listens, as far as one can know: whoever started it may have had another temporary folder. */
export function socketOf({ socket, address }: StorePlace): string {
  if (address === undefined) return socket;
  try {
    return readFileSync(address, "utf8");
  } catch {
    return socket;
  }
}

/** The directory itself is made by the store, which must find it empty; what leads to it is made here. */
function realpathOf(path: string): string {
  makeFolders(dirname(path));
  try {
    return realpathSync.native(path);
  } catch {
    return join(realpathSync.native(dirname(path)), basename(path));
  }
}

function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(path);
  const user = process.getuid?.() ?? uid;
  if (uid !== user) {
    throw new BacklogError({
      code: "BACKLOG_STORE_REFUSED",
      message: `${path} belongs to another user`,
      hint: "Run mosaic as that user, or give the store another directory with PGLITE_DATA_DIR.",
    });
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** Node's own way of making a folder with its parents says ENOENT on a disk that can only be read. */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" && dirname(path) !== path) {
      makeFolders(dirname(path));
      makeFolders(path);
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
