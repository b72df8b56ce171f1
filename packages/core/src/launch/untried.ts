import type { RuntimeProgram } from "@mosaic/fleet-commands/runtimes";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { isOlder, versionIn } from "../version.ts";
import { findProgram } from "./find-program.ts";
import { launchedProgram } from "./unlaunchable.ts";

/** How long a runtime may take to say its version, in milliseconds. */
const VERSION_TIMEOUT_MS = 5_000;

/** A program that seats are launched with, and what it says of its version. */
interface Launched {
  readonly file: string;
  readonly program: RuntimeProgram;
  readonly seats: readonly string[];
  /** Undefined where it does not say. */
  readonly version: string | undefined;
}

/** Asks each program once that these seats are launched with. */
export async function launchedVersions(
  context: FleetContext,
  roster: Roster,
  seats: readonly Agent[],
): Promise<readonly Launched[]> {
  const found = seats.map(async (seat) => {
    const launched = await launchedProgram(context, roster, seat);
    if (!launched) return [];
    const file = await findProgram(launched.program.name, launched.path);
    return file === undefined ? [] : [{ ...launched, file, seat: seat.name }];
  });
  const byFile = Map.groupBy((await Promise.all(found)).flat(), ({ file }) => file);
  return Promise.all(
    [...byFile].flatMap(([file, starts]) =>
      starts.slice(0, 1).map(async ({ program, path }) => ({
        file,
        program,
        seats: starts.map(({ seat }) => seat),
        version: await versionOf(context, file, path),
      })),
    ),
  );
}

async function versionOf({ run }: FleetContext, file: string, path: string): Promise<string | undefined> {
  const options = { timeoutMs: VERSION_TIMEOUT_MS };
  // One that does not say it in time is the doctor's to judge.
  const said = await run(["env", `PATH=${path}`, file, "--version"], options).catch(() => undefined);
  return said?.exitCode === 0 ? versionIn(said.stdout || said.stderr) : undefined;
}

/**
 * What is to be said of them, as sentences: of an older one always, of a newer one, which is the usual thing, only where an
 * agent has not become ready with it. Pure.
 */
export function untried(launched: readonly Launched[], failed: readonly string[]): string[] {
  return launched.flatMap(({ file, program: { tried, install }, seats, version }) => {
    if (version === undefined) return [];
    const is = `${file}, which starts ${seats.join(", ")}, is ${version}`;
    if (isOlder(version, tried)) {
      return [`${is}, older than ${tried}, which mosaic was tried with: update it with ${install}`];
    }
    if (!isOlder(tried, version) || !seats.some((seat) => failed.includes(seat))) return [];
    return [
      `${is}, newer than ${tried}, which mosaic was tried with: update mosaic, or go back to that version`,
    ];
  });
}
