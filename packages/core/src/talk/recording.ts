import { open, type FileHandle } from "node:fs/promises";

/** The stream of a pane as it is recorded: `<path>.1`, then `<path>`, which becomes `<path>.1` when it is too long. */
export interface Recording extends AsyncDisposable {
  /** All that is kept. Undefined when nothing was recorded. */
  readonly kept: Buffer | undefined;
  /**
   * What was recorded since, byte for byte. What more than two rotations between two calls took away is missing.
   */
  more(): Promise<Buffer>;
}

/** Opens it at its present end: nothing of it is in both `kept` and `more`. */
export async function openRecording(path: string): Promise<Recording> {
  const { older, current } = await openBoth(path);
  // Open, so that no other file gets its inode, and that it can be read to its end when it has another name.
  let reading = current;
  let position = 0;
  const rest = async (): Promise<Buffer> => {
    const bytes = reading ? await bytesFrom(reading, position) : NOTHING;
    position += bytes.length;
    return bytes;
  };
  const before = older ? await bytesFrom(older, 0) : undefined;
  await older?.close();
  const kept = current || before ? Buffer.concat([before ?? NOTHING, await rest()]) : undefined;
  return {
    kept,
    async more() {
      const parts = [await rest()];
      const now = await openBoth(path);
      if (now.current && !(await isSame(now.current, reading))) {
        // Its writer had ended before it got its other name.
        parts.push(await rest());
        if (now.older && !(await isSame(now.older, reading))) parts.push(await bytesFrom(now.older, 0));
        await reading?.close();
        [reading, position] = [now.current, 0];
        parts.push(await rest());
      } else await now.current?.close();
      await now.older?.close();
      return Buffer.concat(parts);
    },
    async [Symbol.asyncDispose]() {
      await reading?.close();
    },
  };
}

interface Files {
  readonly older: FileHandle | undefined;
  readonly current: FileHandle | undefined;
}

/** Both files as they are at one moment: between two rotations. */
async function openBoth(path: string): Promise<Files> {
  for (;;) {
    const current = await opened(path);
    const older = await opened(`${path}.1`);
    await using again = await opened(path);
    if (current === undefined ? again === undefined : await isSame(current, again)) return { older, current };
    await current?.close();
    await older?.close();
  }
}

const NOTHING = Buffer.alloc(0);

async function isSame(file: FileHandle, other: FileHandle | undefined): Promise<boolean> {
  if (other === undefined) return false;
  const [one, two] = [await file.stat(), await other.stat()];
  return one.ino === two.ino && one.dev === two.dev;
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** From `start` to the end. */
async function bytesFrom(file: FileHandle, start: number): Promise<Buffer> {
  const length = Math.max(0, (await file.stat()).size - start);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}
