import type { Argv } from "./argv.ts";
import { quoted } from "./quoted.ts";

/** How long a connection may take to come about, in seconds. */
const CONNECT_SECONDS = 5;

/**
 * Nobody is asked for anything: a host that wants a password or a yes is refused. The keep-alives notice a host that
 * vanished. All else, multiplexing included, is the operator's own ssh configuration.
 */
const OPTIONS = [
  ...["-T", "-a", "-x", "-o", "ClearAllForwardings=yes"],
  ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${String(CONNECT_SECONDS)}`],
  ...["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
];

/** What the far side prints before the program starts, with its clock in seconds since the epoch. */
const GREETING = "mosaic-peer";

/** A shell that is not asked for a terminal has a short PATH: where a Mosaic home has `mosaic` is tried first. */
const SCRIPT = [
  'PATH="${MOSAIC_HOME:-$HOME/.config/mosaic}/fleet/run/bin:$PATH"',
  "export PATH",
  `printf "${GREETING} %s\\n" "$(date +%s)"`,
  'exec mosaic "$@"',
].join("; ");

/**
 * Runs `mosaic` on another host. Its words must hold no newline, which some shells cannot quote: a text goes over
 * standard input.
 *
 * @param destination - As ssh reads it; it does not begin with `-`.
 */
export function mosaicOver(destination: string, words: readonly string[]): Argv {
  return [
    "ssh",
    ...OPTIONS,
    "--",
    destination,
    ["sh", "-c", SCRIPT, "mosaic", ...words].map(quoted).join(" "),
  ];
}

/** What `mosaic` printed there, without what the login printed before it, and that host's clock. */
export interface PeerOutput {
  readonly stdout: string;
  /** Seconds since the epoch. */
  readonly clock: number;
}

/** @returns `undefined` when the far side's shell never came to run the program. */
export function parsePeerOutput(stdout: string): PeerOutput | undefined {
  const match = new RegExp(`^${GREETING} (\\d+)\\n`, "m").exec(stdout);
  if (!match) return undefined;
  return { stdout: stdout.slice(match.index + match[0].length), clock: Number(match[1]) };
}

/** Why no connection came about; `undefined` when there was one, and nobody knows what became of it. */
export interface SshFailure {
  readonly why: string;
  readonly mend: (destination: string) => string;
}

const byHand = (destination: string): string => `Try it by hand: ssh ${destination} true`;

/** In the words of OpenSSH 9, which writes them in English wherever it runs. */
const FAILURES: readonly (readonly [RegExp, string, SshFailure["mend"]])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    "its host key has changed",
    (destination) =>
      `Find out why before anything else: somebody may stand between. If the host was set up anew, forget its old key (ssh-keygen -R) and run: ssh ${destination} true`,
  ],
  [
    /Host key verification failed/,
    "its host key is not known here",
    (destination) => `Compare its key once by hand: ssh ${destination} true`,
  ],
  [
    /Connection refused/,
    "it refuses the connection",
    (d) => `Start its sshd, or correct the port. ${byHand(d)}`,
  ],
  [
    /Permission denied|Too many authentication failures|no matching .* found/i,
    "it does not let this user in",
    (d) => `Put your public key into its authorized_keys: ssh-copy-id ${d}`,
  ],
  [
    /Could not resolve hostname/,
    "there is no host of that name",
    (d) => `Correct ssh in the roster. ${byHand(d)}`,
  ],
  [
    /timed out during banner exchange|Connection timed out|Operation timed out/,
    "it did not answer in time",
    byHand,
  ],
  [/No route to host|Network is unreachable|kex_exchange_identification/, "it cannot be reached", byHand],
];

/** Reads what ssh printed when it ended with 255. A host is asked for nothing before it has let us in. */
export function sshFailure(stderr: string): SshFailure | undefined {
  const found = FAILURES.find(([message]) => message.test(stderr));
  return found && { why: found[1], mend: found[2] };
}
