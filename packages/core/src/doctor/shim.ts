import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding, type Fix } from "./findings.ts";
import { readIfPresent } from "../files.ts";
import { isOlder } from "../version.ts";

const OLDEST_NODE = "22.18";

/** `mosaic` as agents call it. */
interface Shim {
  readonly path: string;
  /** Undefined before the first start of an agent. */
  readonly calls?: { readonly node: string; readonly program: string };
  /** Those of `calls` that are not there. */
  readonly missing: readonly string[];
  /** Of its Node, as `--version` prints it; undefined when that did not run. */
  readonly version: string | undefined;
  /** What it would be with the running mosaic. */
  readonly own: { readonly node: string; readonly program: string; readonly version: string };
}

const WORD = /'((?:[^']|'\\'')*)'/g;

/** The words of the script's one line, as `installHome` quotes them. */
export function shimWords(text: string): string[] {
  const line = text.split("\n").find((one) => one.startsWith("exec ")) ?? "";
  return [...line.matchAll(WORD)].map(([, word = ""]) => word.replaceAll(String.raw`'\''`, "'"));
}

export function judgeShim({ path, calls, missing, version, own }: Shim): Finding[] {
  if (calls === undefined) return [];
  const fix = (before: string): Fix => ({
    before,
    after: `${own.node} ${own.program}`,
    action: { kind: "shim" },
  });
  if (missing.length > 0 || version === undefined) {
    const what = missing.length > 0 ? `${missing.join(" and ")} is not there` : `${calls.node} does not run`;
    return [finding("SHIM_BROKEN", path, what, { fix: fix(`${calls.node} ${calls.program}`) })];
  }
  if (!isOlder(version, OLDEST_NODE)) return [];
  const message = `agents call mosaic with ${calls.node}, which is ${version}; it needs ${OLDEST_NODE}`;
  return [finding("NODE_TOO_OLD", path, message, { fix: fix(`${calls.node} ${version}`) })];
}

async function lookAtShim({ context }: Evidence): Promise<Shim> {
  const { home, program, run } = context;
  const path = `${home.bin}/mosaic`;
  const own = { node: program[0], program: program[1] ?? "", version: process.version };
  const text = await readIfPresent(path);
  if (text === undefined) return { path, missing: [], version: undefined, own };
  const [node = "", script = ""] = shimWords(text);
  const there = async (file: string, mode: number): Promise<string[]> =>
    access(file, mode).then(
      () => [],
      () => [file === "" ? "what it calls" : file],
    );
  const missing = [...(await there(node, constants.X_OK)), ...(await there(script, constants.R_OK))];
  const answer = missing.length > 0 ? undefined : await run([node, "--version"]).catch(() => undefined);
  const version = answer?.exitCode === 0 ? answer.stdout.trim() : undefined;
  return { path, calls: { node, program: script }, missing, version, own };
}

export const shimCheck = check({
  name: "node",
  title: "Node",
  look: lookAtShim,
  judge: judgeShim,
  sum: ({ version, own }) => version ?? own.version,
});
