import { BacklogError } from "./error.ts";

/** Where a server is and who asks, as the driver takes it. */
export interface Connection {
  /** Without the keys below, which the driver would send to the server. */
  readonly url: string;
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
}

/**
 * Reads a connection URL as libpq does, with `host`, `port`, `user` and `password` also behind the question mark: a socket's
 * folder fits nowhere else.
 *
 * @throws {@link BacklogError} `BACKLOG_INVALID`.
 */
export function parseConnection(text: string): Connection {
  const url = urlOf(text);
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || !isEncoded(url))
    throw new BacklogError({
      code: "BACKLOG_INVALID",
      message: "the address of the Postgres server is not a postgres:// URL",
      hint: "Write postgres://user:password@host:5432/database; a character like @, /, #, ? or % in the password as %40, %2F, %23, %3F or %25.",
    });
  const take = (key: string): string | undefined => {
    const value = url.searchParams.get(key);
    url.searchParams.delete(key);
    return value === null || value === "" ? undefined : value;
  };
  const [host, port, user, password] = [take("host"), take("port"), take("user"), take("password")];
  if (host?.startsWith("/") === true) refuseLong(`${host}/.s.PGSQL.${port ?? "5432"}`);
  return {
    url: url.href,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

/** @returns `undefined` also where a password that is not encoded would be taken for a part of the URL, and shown. */
function urlOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const behindHost = [url.pathname, ...url.searchParams.keys()].join();
  return url.hash !== "" || behindHost.includes("@") ? undefined : url;
}

function isEncoded({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}${pathname}`);
    return true;
  } catch {
    return false;
  }
}

/** The kernel's limit, of which the driver says no more than EINVAL. */
const MAX_SOCKET_BYTES = 107;

function refuseLong(socket: string): void {
  const bytes = new TextEncoder().encode(socket).length;
  if (bytes <= MAX_SOCKET_BYTES) return;
  throw new BacklogError({
    code: "BACKLOG_INVALID",
    message: `the path of the server's socket has ${String(bytes)} bytes, and ${String(MAX_SOCKET_BYTES)} is the most: ${socket}`,
    hint: "Let the server listen in a folder with a shorter path (unix_socket_directories), or use its TCP port.",
  });
}

/** A connection URL as it may be shown. */
export function maskedUrl(text: string): string {
  // What cannot be read cannot be masked.
  const url = urlOf(text);
  if (url === undefined) return "at an address that is not a URL";
  if (url.password !== "") url.password = "***";
  for (const key of [...url.searchParams.keys()])
    if (/pass|secret|key|token/i.test(key)) url.searchParams.set(key, "***");
  return decodeURI(url.href);
}
