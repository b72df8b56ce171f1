import { readFileSync } from "node:fs";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isFleetError } from "@mosaic/fleet-model";
import { CoreError } from "./error.ts";

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** What an operator can do about a file error, by its errno. */
function mend(code: string, path: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return "Free some disk space and run the command again; nothing was changed.";
    case "EACCES":
    case "EPERM":
      return `Give your user access to ${path}, or choose another home with --mosaic-home.`;
    case "EROFS":
      return "The file system is read-only: remount it, or choose another home with --mosaic-home.";
    case "EISDIR":
    case "ENOTDIR":
    case "EEXIST":
      return `Something else stands at ${path} or above it: move it away.`;
    default:
      return `Check ${path} and run the command again.`;
  }
}

/**
 * Reads at once: for the small files of a home that takes less than waiting for them.
 *
 * @returns `undefined` when there is no such file.
 * @throws {@link CoreError} `READ_FAILED`.
 */
export const readIfPresent = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    resolve(readNow(path));
  });

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw readFailed(path, cause);
  }
}

export function readFailed(path: string, cause: unknown): CoreError {
  return new CoreError({
    code: "READ_FAILED",
    message: `cannot read ${path}: ${(cause as Error).message}`,
    hint: mend(codeOf(cause), path),
    cause,
  });
}

/** @throws {@link CoreError} `WRITE_FAILED`. */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

/**
 * Writes through a temporary file beside `path`, flushed to the disk and renamed: a reader, a crash or a full disk
 * never sees half a file, and what stood there before stays until the rename.
 *
 * @throws {@link CoreError} `WRITE_FAILED`; the file is then as it was.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  await throughTemporary(path, content, mode, (temporary) => rename(temporary, path));
}

/**
 * As {@link writeAtomically}, but never over an existing file, also not over one that appears meanwhile.
 *
 * @returns `false` when there is one.
 */
export async function createAtomically(
  path: string,
  content: string | AsyncIterable<string>,
  mode: number,
): Promise<boolean> {
  return throughTemporary(path, content, mode, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

async function throughTemporary<T>(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
  mode: number,
  put: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    return await put(temporary);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    // Where the content comes from may be what fails.
    throw isFleetError(cause) ? cause : writeFailed(path, cause);
  }
}

export function writeFailed(path: string, cause: unknown): CoreError {
  return new CoreError({
    code: "WRITE_FAILED",
    message: `cannot write ${path}: ${(cause as Error).message}`,
    hint: mend(codeOf(cause), path),
    cause,
  });
}
