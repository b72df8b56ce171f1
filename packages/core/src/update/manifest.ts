import { createHash } from "node:crypto";

/** What stands in the home of one version of the framework, and what the operator took out of it. */
export interface Manifest {
  /** Of the mosaic that seeded the home. */
  readonly mosaic: string;
  /** The SHA-256 of each file as it was seeded, by its path below the home. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that ship and that the operator deleted: they stay away. */
  readonly deleted: ReadonlySet<string>;
}

/** What a seed that is not finished may have done: it makes an interrupted one tell its own work from an edit. */
export interface Journal {
  readonly mosaic: string;
  /** Every content that may have been written, as SHA-256, by path. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that may have been removed. */
  readonly removed: ReadonlySet<string>;
}

const VERSION = 1;

export const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Folders of the home that are the operator's or hold runtime state. */
const OPERATOR_FOLDERS = [
  "fleet/agents",
  "fleet/run",
  "fleet/backlog",
  "fleet/roles.local",
  "fleet/profiles.local",
];
/** Where the framework has files at all. */
const FRAMEWORK_FOLDERS = ["fleet/", "tools/", "systemd/", "runtime/"];

/**
 * Whether a path below the home may belong to the framework. What may not is neither written nor removed, whatever
 * a package ships or a manifest says: rosters, overlays, everything the operator or a running fleet writes.
 */
export function isFrameworkPath(path: string): boolean {
  if (!FRAMEWORK_FOLDERS.some((folder) => path.startsWith(folder))) return false;
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) return false;
  if (OPERATOR_FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`))) return false;
  return !/^fleet\/[^/]*\.yaml$/.test(path) && !path.endsWith(".local.md");
}

/** Content that an operator may do without: a deletion of it is a wish. What the fleet runs on is always restored. */
export const mayBeDeleted = (path: string): boolean => /^fleet\/(roles|profiles|examples)\//.test(path);

export function manifestText({ mosaic, files, deleted }: Manifest): string {
  const document = { version: VERSION, mosaic, files: Object.fromEntries(files), deleted: [...deleted] };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

export function journalText({ mosaic, written, removed }: Journal): string {
  const contents = [...written].map(([path, sums]) => [path, [...sums]] as const);
  const document = { version: VERSION, mosaic, written: Object.fromEntries(contents), removed: [...removed] };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** @returns `undefined` when the text is no manifest; a file that it cannot name is then the operator's. */
export function parseManifest(text: string): Manifest | undefined {
  const document = parsed(text);
  if (!document) return undefined;
  const files = entries(document.files).flatMap(([path, sum]) =>
    typeof sum === "string" ? [[path, sum] as const] : [],
  );
  return {
    mosaic: String(document.mosaic),
    files: new Map(files),
    deleted: new Set(paths(document.deleted)),
  };
}

/** @returns `undefined` when the text is no journal. */
export function parseJournal(text: string): Journal | undefined {
  const document = parsed(text);
  if (!document) return undefined;
  const written = entries(document.written).map(([path, sums]) => [path, new Set(strings(sums))] as const);
  return {
    mosaic: String(document.mosaic),
    written: new Map(written),
    removed: new Set(paths(document.removed)),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isRecord(document) && document.version === VERSION ? document : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const paths = (value: unknown): string[] => strings(value).filter(isFrameworkPath);

const entries = (value: unknown): [string, unknown][] =>
  isRecord(value) ? Object.entries(value).filter(([path]) => isFrameworkPath(path)) : [];
