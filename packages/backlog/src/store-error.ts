import { BacklogError, type BacklogErrorCode } from "./error.ts";
import { sqlState } from "./sql-state.ts";

interface Trouble {
  readonly code: BacklogErrorCode;
  readonly what: string;
  readonly hint: string;
}

const UNAVAILABLE: Trouble = {
  code: "BACKLOG_STORE_UNAVAILABLE",
  what: "does not answer",
  hint: "Start it, or correct its address. Nothing is lost: the same command can be given again.",
};
const BUSY: Trouble = {
  ...UNAVAILABLE,
  what: "has too much to do",
  hint: "Nothing is lost: give the same command again. If it happens often, allow more connections, or look for who holds a lock.",
};
const REFUSED: Trouble = {
  code: "BACKLOG_STORE_REFUSED",
  what: "refuses the user, the password or the database",
  hint: "Correct the store's URL; the user needs the right to create tables in the database.",
};
const UNKNOWN_SETTING: Trouble = {
  ...REFUSED,
  what: "does not know a setting of its URL",
  hint: "Leave out what stands behind the question mark and is neither host, port, user, password, sslmode nor a setting of the server.",
};
const UNTRUSTED: Trouble = {
  ...REFUSED,
  what: "shows a certificate that is not trusted",
  hint: "Name the file with the certificate of its authority in NODE_EXTRA_CA_CERTS, and the host as its certificate does.",
};
const OTHER_ENCODING: Trouble = {
  ...REFUSED,
  what: "has no such character in its encoding",
  hint: "Move the cards to a database that was created with encoding 'UTF8'; nothing was written.",
};
const FULL: Trouble = {
  code: "BACKLOG_STORE_FULL",
  what: "has no space left",
  hint: "Make space on its disk. Nothing half-written is kept; give the command again.",
};
const READ_ONLY: Trouble = {
  code: "BACKLOG_STORE_READ_ONLY",
  what: "can only be read",
  hint: "Give your user the right to write there, or address the primary server.",
};

const NO_FOLDER: Trouble = {
  code: "BACKLOG_STORE_UNAVAILABLE",
  what: "cannot be a folder",
  hint: "Something else stands at that path or above it: move it away, or give another path.",
};

const BY_STATE: readonly (readonly [RegExp, Trouble])[] = [
  [/^(28P01|28000|3D000|42501)$/, REFUSED],
  [/^42704$/, UNKNOWN_SETTING],
  [/CERT|^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA)$/, UNTRUSTED],
  [/^22P05$/, OTHER_ENCODING],
  [/^(53100|ENOSPC|EDQUOT)$/, FULL],
  [/^(25006|EROFS|EACCES|EPERM)$/, READ_ONLY],
  [/^(ENOTDIR|EEXIST)$/, NO_FOLDER],
  [/^(57014|53300|25P03|55P03)$/, BUSY],
  [/^(08...|57P..)$/, UNAVAILABLE],
  [
    /^(ECONN\w+|ENOENT|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_\w+)$/,
    UNAVAILABLE,
  ],
];

/**
 * What a driver threw, in our words; an error that is not the store's comes back as it is.
 *
 * @param store - The store's address, without its password.
 */
export function storeError(cause: unknown, store: string): unknown {
  const state = sqlState(cause);
  const found = state === undefined ? undefined : BY_STATE.find(([pattern]) => pattern.test(state));
  // PGlite's Postgres ends its program when it cannot write its log; what is thrown then has no SQLSTATE.
  const ended = cause instanceof Error && /^(RuntimeError|ExitStatus)$/.test(cause.name);
  const trouble = found?.[1] ?? (ended ? UNAVAILABLE : undefined);
  if (trouble === undefined || state === undefined) {
    return trouble === undefined ? cause : wrapped(trouble, store, "it has ended", cause);
  }
  return wrapped(trouble, store, state, cause);
}

function wrapped({ code, what, hint }: Trouble, store: string, detail: string, cause: unknown): BacklogError {
  return new BacklogError({ code, message: `the store ${store} ${what} (${detail})`, hint, cause });
}
