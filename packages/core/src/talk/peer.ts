import { mosaicOver, parsePeerOutput, sshFailure } from "@mosaic/fleet-commands/ssh";
import { FleetError, isFleetError } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";

/** How long another host has to tell what it sees, in milliseconds; a connection has its own time. */
const TELL_MS = 5_000;
/** What a connection and the start of `mosaic` may take beside what is asked, in milliseconds. */
const OVERHEAD_MS = 15_000;
/** A clock that differs by less is right, in seconds. */
const CLOCK_TOLERANCE = 30;
const NO_SUCH_PROGRAM = 127;
const SSH_FAILED = 255;

/** What `mosaic` answered on another host. */
export interface PeerAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How far that host's clock is ahead of this one, in seconds; negative when behind; 0 when it is right. */
  readonly clockAhead: number;
}

interface Asking {
  readonly stdin?: string;
  /** How long the answer itself may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `mosaic` on another host, as the user that ssh logs in there.
 *
 * @throws CoreError `HOST_UNREACHABLE` when nothing was run there, `HOST_LOST` when nobody knows.
 */
export async function askPeer(
  context: FleetContext,
  destination: string,
  words: readonly string[],
  { stdin = "", timeoutMs = TELL_MS, signal }: Asking = {},
): Promise<PeerAnswer> {
  const began = context.now();
  const result = await context
    .run(mosaicOver(destination, words), { stdin, timeoutMs: timeoutMs + OVERHEAD_MS, signal })
    .catch((cause: unknown) => {
      if (!isFleetError(cause) || cause.code !== "PROCESS_TIMEOUT") throw cause;
      throw lost(destination, "it did not answer in time", cause);
    });
  const output = parsePeerOutput(result.stdout);
  if (output === undefined) {
    const failure = result.exitCode === SSH_FAILED ? sshFailure(result.stderr) : undefined;
    if (failure === undefined) throw lost(destination, lastLine(result.stderr));
    throw new CoreError({
      code: "HOST_UNREACHABLE",
      message: `${destination} cannot be asked: ${failure.why}`,
      hint: failure.mend(destination),
    });
  }
  if (result.exitCode === NO_SUCH_PROGRAM) {
    throw new CoreError({
      code: "HOST_UNREACHABLE",
      message: `${destination} cannot be asked: it has no mosaic for this user`,
      hint: "Install it there, or set MOSAIC_HOME or PATH for what ssh runs there without a terminal.",
    });
  }
  if (result.exitCode === null || result.exitCode === SSH_FAILED) {
    throw lost(destination, lastLine(result.stderr));
  }
  const clockAhead = ahead(output.clock, began / 1000, context.now() / 1000);
  return { exitCode: result.exitCode, stdout: output.stdout, stderr: result.stderr, clockAhead };
}

/** The one document that it printed. @throws the error that it printed instead, in its own words. */
export function answerOf(destination: string, { stdout, stderr }: PeerAnswer): unknown {
  if (stdout !== "") return JSON.parse(stdout);
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const error = line.startsWith("{") ? (JSON.parse(line) as { error?: PeerError }).error : undefined; // As we print it.
  throw new FleetError({
    code: error?.code ?? "HOST_LOST",
    message: `${destination}: ${error?.message ?? lastLine(stderr)}`,
    hint: error?.hint ?? `Look there: ssh ${destination}`,
  });
}

interface PeerError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A sentence about a clock that is wrong; empty when it is right. */
export function clockRemark(destination: string, clockAhead: number): string {
  if (clockAhead === 0) return "";
  const seconds = String(Math.abs(clockAhead));
  return `the clock of ${destination} is ${seconds} s ${clockAhead > 0 ? "ahead of" : "behind"} this one`;
}

/** It was read at some moment between the two: only what is outside of them is known to be wrong. */
function ahead(clock: number, began: number, ended: number): number {
  const off = clock > ended ? clock - ended : Math.min(0, clock - began);
  return Math.abs(off) < CLOCK_TOLERANCE ? 0 : Math.round(off);
}

const lastLine = (stderr: string): string => stderr.trim().split("\n").at(-1) ?? "";

const lost = (destination: string, why: string, cause?: unknown): CoreError =>
  new CoreError({
    code: "HOST_LOST",
    message: `the connection to ${destination} ended without an answer${why === "" ? "" : `: ${why}`}`,
    hint: `What was asked may have been done there. Look first: ssh ${destination}`,
    cause,
  });
