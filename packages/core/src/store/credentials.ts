import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import type { FleetContext } from "../context.ts";
import { parseEnv } from "../launch/env-file.ts";
import { CoreError } from "../error.ts";
import { readFailed } from "../files.ts";

/** The Postgres server that keeps the cards, and who named it. */
export interface ServerAddress {
  /** It holds a password: it is never shown nor passed on. */
  readonly url: string;
  readonly from: "environment" | "credentials";
}

/**
 * The environment is asked first, then the operator's credentials file.
 *
 * @returns `undefined` for the embedded store.
 * @throws {@link CoreError} `CREDENTIALS_EXPOSED`, `READ_FAILED`.
 */
export function serverAddress({ home, store }: FleetContext): ServerAddress | undefined {
  if (store.databaseUrl !== undefined) return { url: store.databaseUrl, from: "environment" };
  const { DATABASE_URL: url = "" } = parseEnv(readPrivate(home.credentials) ?? "");
  return url === "" ? undefined : { url, from: "credentials" };
}

/** Looks at the file that it reads, not at one of the same name. @returns `undefined` when there is none. */
function readPrivate(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { mode, uid } = fstatSync(file);
    const user = process.getuid?.() ?? uid;
    if ((mode & 0o077) !== 0) throw exposed(path, `others may use it (mode ${(mode & 0o777).toString(8)})`);
    if (uid !== user && user !== 0) throw exposed(path, "it belongs to another user");
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof CoreError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw readFailed(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const exposed = (path: string, why: string): CoreError =>
  new CoreError({
    code: "CREDENTIALS_EXPOSED",
    message: `${path} holds secrets, and ${why}: nothing of it was used`,
    hint: `Run: chmod 600 ${path}. Change the secrets in it that somebody may have read.`,
  });
