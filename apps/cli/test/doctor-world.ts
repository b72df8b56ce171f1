import { lstat, readdir, readFile } from "node:fs/promises";
import type { Diagnosis } from "@mosaic/fleet-core";
import { createRun, type RunResult } from "@mosaic/fleet-process";
import { PROGRAM, type FleetWorld } from "./fleet-world.ts";

/** The document that `--json` prints. */
export type Document = Diagnosis & { readonly version: number };

/** What the doctor is called with besides the world's own. */
export interface Call {
  readonly env?: Readonly<Record<string, string>>;
  /** Stands before the program: another user, for example. */
  readonly before?: readonly [string, ...string[]];
}

/** A UTF-8 locale, and no service manager of the machine that runs the tests. */
const HEALTHY = { LC_ALL: "C.UTF-8", XDG_RUNTIME_DIR: "", DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" };

export function callDoctor(
  world: FleetWorld,
  { env = {}, before }: Call,
  ...args: string[]
): Promise<RunResult> {
  const program = [process.execPath, PROGRAM, "fleet", "doctor", ...args];
  const [first = "", ...rest] = [...(before ?? []), ...program];
  return createRun({ ...world.env, ...HEALTHY, ...env })([first, ...rest], { timeoutMs: 100_000 });
}

/** The document, which stands on stdout whatever the doctor finds; the exit code says the same as it does. */
export async function diagnose(world: FleetWorld, call: Call = {}, ...args: string[]): Promise<Document> {
  const { exitCode, stdout, stderr } = await callDoctor(world, call, "--json", ...args);
  if (stdout === "") throw new Error(`the doctor exited ${String(exitCode)}: ${stderr}`);
  const diagnosis = JSON.parse(stdout) as Document; // Its documented shape.
  if ((exitCode === 0) !== diagnosis.healthy) throw new Error(`exit code ${String(exitCode)}: ${stdout}`);
  return diagnosis;
}

/** The codes of what is wrong; an info is no fault. */
export const wrong = ({ findings }: Diagnosis): string[] =>
  findings.filter(({ severity, fixed }) => severity !== "info" && !fixed).map(({ code }) => code);

/** Every file and folder below `root`: type, mode, owner and content. What agents write by themselves is left out. */
export async function footprint(root: string): Promise<readonly string[]> {
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const kept = names.filter((name) => !/\.(hb|events)$|\/tmux-\d+\//.test(name)).sort();
  return Promise.all(
    kept.map(async (name) => {
      const path = `${root}/${name}`;
      const { mode, uid, mtimeMs } = await lstat(path);
      const content = await readFile(path, "base64").catch(() => "");
      // A folder changes with the heartbeats in it.
      return [name, mode, uid, content === "" ? "" : mtimeMs, content].join(" ");
    }),
  );
}
