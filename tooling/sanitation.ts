/**
 * What must never be in this repository: a secret, a path of somebody's machine, the address of a package registry.
 *
 *   node tooling/sanitation.ts      names each place and exits 1
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

interface Leak {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** Names a home folder may have in an example. */
const EXAMPLE_HOMES = "you|user|op|operator|agent|ada|alice|bob|me|someone|dev|node|[a-z]{1,2}";

const PATTERNS: readonly (readonly [string, RegExp])[] = [
  ["a path in somebody's home", new RegExp(`/(?:home|Users)/(?!(?:${EXAMPLE_HOMES})\\b)[a-z][\\w.-]*/`)],
  ["a GitHub token", /\bgh[pousr]_[A-Za-z0-9]{30,}/],
  ["a model provider's key", /\bsk-[A-Za-z0-9_-]{24,}/],
  ["an AWS key", /\bAKIA[0-9A-Z]{16}\b/],
  ["a chat token", /\b(?:xox[abprs]-[A-Za-z0-9-]{12,}|syt_[A-Za-z0-9_=-]{20,})/],
  ["a private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*(?!…)[A-Za-z0-9+/]{20}/],
  ["a text direction control", /[\u202a-\u202e\u2066-\u2069]/],
];

/** In what package managers read, an address is a registry's. */
const REGISTRY_FILES = new Set(["pnpm-lock.yaml", "package-lock.json", "pnpm-workspace.yaml", ".npmrc"]);

/** @param ours - Paths of the machine this runs on, which no stranger's clone has. */
export function findLeaks(path: string, text: string, ours: readonly string[]): Leak[] {
  return text.split("\n").flatMap((line, index) => {
    const found = PATTERNS.filter(([, pattern]) => pattern.test(line)).map(([what]) => what);
    const own = ours.some((folder) => line.includes(`${folder}/`)) ? ["a path of this machine"] : [];
    const registry = REGISTRY_FILES.has(basename(path)) && /https?:\/\//.test(line) ? ["an address"] : [];
    return [...found, ...own, ...registry].map((what) => ({ path, line: index + 1, what }));
  });
}

function main(root: string): void {
  const files = globSync("**/*", {
    cwd: root,
    exclude: ["**/node_modules", "**/dist", ".git", "**/.turbo", "coverage"],
  }).filter((path) => statSync(join(root, path)).isFile());
  // A folder right below / is too common a word to look for.
  const ours = [root, homedir()].filter((folder) => folder.split("/").length > 2);
  const leaks = files.flatMap((path) => findLeaks(path, readFileSync(join(root, path), "utf8"), ours));
  for (const { path, line, what } of leaks) process.stdout.write(`${path}:${String(line)}: ${what}\n`);
  if (leaks.length > 0) process.exitCode = 1;
}

if (import.meta.main) main(join(import.meta.dirname, ".."));
