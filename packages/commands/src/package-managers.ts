import type { Argv } from "./argv.ts";

export type PackageManagerName = "npm" | "pnpm" | "yarn" | "bun";

/** Where a program of a package lives, by its path. */
export type Installation =
  /** Installed for the whole user by a package manager, which can replace it. */
  | { readonly kind: "global"; readonly manager: PackageManagerName; readonly prefix: string | undefined }
  /** Built in a clone of the repository. */
  | { readonly kind: "checkout"; readonly root: string }
  /** A dependency of some project, fetched for one call, or copied by hand. */
  | { readonly kind: "elsewhere" };

/**
 * @param script - The path of `dist/mosaic.js` without links.
 * @param name - The package's name.
 */
export function installationOf(script: string, name: string): Installation {
  if (!script.includes("/node_modules/")) {
    const root = /^(.*)\/apps\/cli\/dist\/[^/]+$/.exec(script)?.[1];
    return root === undefined ? { kind: "elsewhere" } : { kind: "checkout", root };
  }
  const global = (manager: PackageManagerName, prefix?: string): Installation => ({
    kind: "global",
    manager,
    prefix,
  });
  if (script.includes("/install/global/node_modules/")) return global("bun");
  if (/\/(?:global|store)\/v?\d+\//.test(script)) return global("pnpm");
  if (script.includes("/yarn/global/node_modules/")) return global("yarn");
  const [prefix, inside] = script.split(`/lib/node_modules/${name}/`);
  if (prefix !== undefined && inside !== undefined) return global("npm", prefix === "" ? "/" : prefix);
  return { kind: "elsewhere" };
}

interface PackageManager {
  /** Prints the newest version that its registry has; see {@link parseLatest}. */
  readonly latest: (name: string) => Argv;
  /** Replaces what is installed for the whole user. */
  readonly install: (name: string, version: string, prefix: string | undefined) => Argv;
  /** Puts the package into `node_modules` of a folder of its own. */
  readonly fetch: (name: string, version: string, folder: string) => Argv;
  /** Prints where it is installed, where that changes with the version; see {@link parseInstalledPath}. */
  readonly where?: (name: string) => Argv;
}

/**
 * Registry, proxy and credentials are the manager's own configuration: none is named here. Tried with npm 11.19, pnpm
 * 12.21, yarn 1.22 and bun 1.4.
 */
export const PACKAGE_MANAGERS: Readonly<Record<PackageManagerName, PackageManager>> = {
  npm: {
    // By itself it tries for more than a minute when there is no network.
    latest: (name) => [
      "npm",
      "view",
      name,
      "version",
      "--json",
      "--fetch-retries=1",
      "--fetch-retry-mintimeout=1000",
    ],
    install: (name, version, prefix) => [
      "npm",
      "install",
      "--global",
      ...(prefix === undefined ? [] : ["--prefix", prefix]),
      `${name}@${version}`,
    ],
    fetch: (name, version, folder) => [
      "npm",
      "install",
      "--prefix",
      folder,
      "--no-save",
      `${name}@${version}`,
    ],
  },
  pnpm: {
    latest: (name) => ["pnpm", "view", name, "version", "--json"],
    install: (name, version) => ["pnpm", "add", "--global", `${name}@${version}`],
    fetch: (name, version, folder) => ["pnpm", "add", "--dir", folder, `${name}@${version}`],
    where: (name) => ["pnpm", "list", "--global", "--json", "--depth=0", name],
  },
  yarn: {
    latest: (name) => ["yarn", "info", name, "version", "--json"],
    install: (name, version) => ["yarn", "global", "add", `${name}@${version}`],
    fetch: (name, version, folder) => ["yarn", "--cwd", folder, "add", `${name}@${version}`],
  },
  bun: {
    latest: (name) => ["bun", "pm", "view", name, "version"],
    install: (name, version) => ["bun", "add", "--global", `${name}@${version}`],
    fetch: (name, version, folder) => ["bun", "add", "--cwd", folder, `${name}@${version}`],
  },
};

const VERSION = /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?/;

/** The version in what {@link PackageManager.latest} prints: alone, quoted, or in a document. */
export const parseLatest = (stdout: string): string | undefined => VERSION.exec(stdout)?.[0];

/** The folder of the package in what `where` prints. */
export function parseInstalledPath(stdout: string, name: string): string | undefined {
  const listed = JSON.parse(stdout) as {
    readonly dependencies?: Readonly<Record<string, { path?: string }>>;
  }[]; // As pnpm 12 prints it.
  return listed.map(({ dependencies }) => dependencies?.[name]?.path).find((path) => path !== undefined);
}

/** Why a package manager failed, as far as it matters to the operator. */
export type PackageFailure = "network" | "denied" | "disk" | "unknown-version" | "other";

/** npm 10 and 11, pnpm 10 to 12, yarn 1 and bun 1 name the errno or the answer of the registry in their messages. */
export function packageFailure(output: string): PackageFailure {
  if (/\b(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/.test(output))
    return "network";
  if (/\b(?:ConnectionRefused|FailedToOpenSocket|ERR_PNPM_META_FETCH_FAIL)\b/.test(output)) return "network";
  if (/\b(?:EACCES|EPERM|EROFS|AccessDenied|ReadOnlyFileSystem)\b/.test(output)) return "denied";
  if (/\b(?:ENOSPC|EDQUOT)\b/.test(output)) return "disk";
  if (/\b(?:E404|ETARGET|ERR_PNPM_FETCH_404|ERR_PNPM_NO_MATCHING_VERSION)\b/.test(output))
    return "unknown-version";
  return "other";
}

/** Whether `version` comes after `than`: by its numbers, and a pre-release before its release. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [partsOf(version), partsOf(than)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compare(left[at], right[at]);
    if (order !== 0) return order > 0;
  }
  return false;
}

type Part = number | string;

/** `1.2.0-beta.1` as 1, 2, 0, beta, 1; a release has nothing where a pre-release begins. */
const partsOf = (version: string): Part[] => {
  const [numbers = "", ...rest] = version.replace(/\+.*$/, "").split("-");
  const parts = [...numbers.split("."), ...(rest.length === 0 ? [] : rest.join("-").split("."))];
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
};

function compare(left: Part | undefined, right: Part | undefined): number {
  if (left === right) return 0;
  // Behind the three numbers: no word at all is the release, which comes last; a shorter pre-release comes first.
  if (left === undefined) return typeof right === "string" ? 1 : -1;
  if (right === undefined) return typeof left === "string" ? -1 : 1;
  if (typeof left === "number") return typeof right === "number" ? left - right : -1;
  return typeof right === "number" ? 1 : left < right ? -1 : 1;
}
