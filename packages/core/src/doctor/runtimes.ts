import { basename, dirname, resolve } from "node:path";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { startsOf, type Start } from "./starts.ts";
import { isOlder, versionIn } from "../version.ts";
import { findProgram } from "../launch/find-program.ts";

/** How long a runtime may take to say its version, in milliseconds: some load all of themselves first. */
const VERSION_TIMEOUT_MS = 12_000;

/** A program that seats are started with. */
interface Program {
  readonly name: string;
  /** Where it was looked for, as in PATH. */
  readonly path: string;
  readonly seats: readonly string[];
  /** How one gets it, and the version that mosaic was tried with; undefined where nothing is known of it. */
  readonly known: { readonly install: string; readonly tried: string } | undefined;
  /** Undefined when it was not found. */
  readonly file: string | undefined;
  /** What `--version` printed; undefined when it was not asked. */
  readonly says: { readonly exitCode: number | null; readonly text: string } | undefined;
}

function judgeProgram({ name, path, seats, known, file, says }: Program): Finding[] {
  const who = seats.join(", ");
  if (file === undefined) {
    const message = `${name}, which starts ${who}, is not on the PATH of the agents: ${path}`;
    const install = known === undefined ? `Install ${name}` : `Install it with: ${known.install}`;
    const mend = `${install}; or put PATH=<its folder>:<the rest> into the env files of ${who}.`;
    return [finding("RUNTIME_MISSING", name, message, { mend })];
  }
  if (known === undefined || says === undefined) return [];
  const version = versionIn(says.text);
  if (says.exitCode !== 0 || version === undefined) {
    const last = says.text.trim().split("\n").at(-1) ?? "";
    const message = `${file} --version ended with ${String(says.exitCode)}${last === "" ? "" : `: ${last}`}`;
    return [finding("RUNTIME_BROKEN", name, message)];
  }
  if (!isOlder(version, known.tried)) return [];
  const message = `${file}, which starts ${who}, is ${version}; mosaic was tried with ${known.tried}`;
  return [finding("RUNTIME_TOO_OLD", name, message, { mend: `Update it: ${known.install}` })];
}

async function lookAtRuntimes(evidence: Evidence): Promise<readonly Program[]> {
  const programs = Map.groupBy(await startsOf(evidence), ({ name, env }) => `${name} ${env.PATH ?? ""}`);
  return Promise.all(
    [...programs.values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [lookAtProgram(evidence, first, others)],
    ),
  );
}

async function lookAtProgram(
  { context: { run } }: Evidence,
  { name, env, program, folder, seat }: Start,
  others: readonly Start[],
): Promise<Program> {
  const path = env.PATH ?? "";
  const file = name.includes("/")
    ? await findProgram(basename(name), resolve(folder, dirname(name)))
    : await findProgram(name, path);
  const facts = { name, path, seats: [seat, ...others.map((one) => one.seat)], known: program, file };
  if (file === undefined || program === undefined) return { ...facts, says: undefined };
  const { exitCode, stdout, stderr } = await run(["env", `PATH=${path}`, file, "--version"], {
    timeoutMs: VERSION_TIMEOUT_MS,
  });
  return { ...facts, says: { exitCode, text: stdout || stderr } };
}

export const runtimesCheck = check({
  name: "runtimes",
  title: "Runtimes",
  look: lookAtRuntimes,
  judge: (programs) => programs.flatMap(judgeProgram),
  sum: (programs) =>
    programs.length === 0
      ? "mosaic itself"
      : programs
          .map(({ name, says }) => [name, versionIn(says?.text ?? "") ?? ""].join(" ").trim())
          .join(", "),
});
