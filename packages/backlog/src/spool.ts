import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeError } from "./store-error.ts";
import { readLines } from "./store-protocol.ts";

const BUFFER_CHARACTERS = 1_000_000;
const PIECE_BYTES = 65_536;

/**
 * Lines on their way into a store or out of it, which must not wait in memory, nor in a transaction for whoever sends or
 * takes them. They lie in a file without a name, so that nobody else sees them and nothing is left however the process ends.
 */
export interface Spool extends AsyncDisposable {
  /** @param line - Without the end of the line. */
  readonly write: (line: string) => Promise<void>;
  /** From the first one, as often as they are asked for. Nothing is written meanwhile. */
  readonly lines: () => AsyncGenerator<string, void>;
  readonly clear: () => Promise<void>;
}

/** @throws {@link BacklogError} `BACKLOG_STORE_FULL` when the temporary folder is; so does every write. */
export async function openSpool(): Promise<Spool> {
  // A service may outlive the temporary folder of whoever started it.
  const folder = existsSync(tmpdir()) ? tmpdir() : "/tmp";
  const inOurWords = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw storeError(cause, `in ${folder}`);
    }
  };
  const path = join(folder, `mosaic-${randomUUID()}`);
  const file = await inOurWords(() => open(path, "ax+", 0o600));
  await unlink(path);
  let waiting: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    const text = waiting.join("");
    [waiting, characters] = [[], 0];
    if (text !== "") await inOurWords(() => file.appendFile(text));
  };
  return {
    async write(line) {
      waiting.push(line, "\n");
      characters += line.length;
      if (characters > BUFFER_CHARACTERS) await flush();
    },
    async *lines() {
      await flush();
      yield* readLines(pieces(file), Number.MAX_SAFE_INTEGER);
    },
    async clear() {
      [waiting, characters] = [[], 0];
      await file.truncate(0);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array, void> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
