import { mkdir, realpath, rmdir, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { RuntimeProgram } from "@mosaic/fleet-commands/runtimes";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeAtomically } from "../files.ts";
import { repositoryOf } from "./repository.ts";
import { lock } from "../lock.ts";

const LOCK_WAIT_MS = 10_000;
const LEFT_BEHIND_MS = 10_000;
const POLL_MS = 25;

/**
 * Answers the runtime's first-run dialogs for one folder, or the repository that it is in, in the runtime's own
 * configuration, where they have not been answered before. Nothing else there is touched.
 *
 * @returns What was answered and where, as sentences; empty when nothing was missing.
 * @throws CoreError `RUNTIME_CONFIG_INVALID`, `WRITE_FAILED`, `LOCK_HELD`.
 */
export async function answerFirstRun(
  context: FleetContext,
  { firstRun }: RuntimeProgram,
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<readonly string[]> {
  if (!firstRun) return [];
  const named = firstRun.file(env, context.userHome);
  // A link stays a link.
  const file = await realpath(named).catch(() => named);
  const trusted = await repositoryOf(folder);
  if (!answer(firstRun, await readIfPresent(file), trusted, env, file)) return [];
  // Agents that start together add to one file, and so do runtimes that run already.
  using _ours = await lock(context.home.lock("first-run"), LOCK_WAIT_MS, "another agent is starting");
  await using _theirs = await runtimesLock(`${named}.lock`);
  const answered = answer(firstRun, await readIfPresent(file), trusted, env, file);
  if (!answered) return [];
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  await writeAtomically(file, answered.text, mode);
  return answered.added.map((what) => `${what} (written to ${file})`);
}

/**
 * The lock that claude itself takes around a change: a folder, whose holder renews its time. One that was not renewed
 * for long was left behind.
 */
async function runtimesLock(path: string): Promise<AsyncDisposable> {
  for (;;) {
    const made = await mkdir(path).then(
      () => true,
      () => false,
    );
    if (made) return { [Symbol.asyncDispose]: () => rmdir(path).catch(() => undefined) };
    const renewed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    // Where no folder can be made, the write itself will say why.
    if (renewed === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
    if (Date.now() - renewed > LEFT_BEHIND_MS) await rmdir(path).catch(() => undefined);
    await pause(POLL_MS);
  }
}

function answer(
  firstRun: NonNullable<RuntimeProgram["firstRun"]>,
  text: string | undefined,
  folder: string,
  env: NodeJS.ProcessEnv,
  file: string,
): ReturnType<typeof firstRun.answer> {
  try {
    return firstRun.answer(text, folder, env);
  } catch (cause) {
    throw new CoreError({
      code: "RUNTIME_CONFIG_INVALID",
      message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "Mend the file, or move it away: the runtime then asks for its settings anew.",
      cause,
    });
  }
}
