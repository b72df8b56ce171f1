import { statfs } from "node:fs/promises";
import { BacklogError } from "./error.ts";

/** What Postgres needs to start: a new segment of its log, and some. */
const NEEDED_BYTES = 32 * 1024 * 1024;

/** PGlite says only that it "failed to initialize properly". */
export async function whyNotOpened(dataDir: string, cause: unknown): Promise<Error> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize < NEEDED_BYTES)
    return Object.assign(new Error("ENOSPC: no space to open the store", { cause }), { code: "ENOSPC" });
  return new BacklogError({
    code: "BACKLOG_STORE_DAMAGED",
    message: `the store ${dataDir} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "Keep the folder under another name, and import your latest backup into a new one.",
    cause,
  });
}
