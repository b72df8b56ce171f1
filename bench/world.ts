import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { arch, availableParallelism, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { tmuxServer } from "../tooling/testkit/src/tmux.ts";
import { timeOf, type Argv, type Subject } from "./paired.ts";

/** The floor: this very Node, starting and ending. */
export const NODE: Subject = { name: "node -e 0", programs: [[process.execPath, "-e", "0"]] };

export interface Seat {
  readonly name: string;
  readonly runtime: string;
  readonly class: string;
}

/** A throw-away Mosaic home with a tmux server of its own. */
export interface World extends AsyncDisposable {
  readonly socket: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** One call of the built `mosaic`. */
  mosaic(...args: string[]): Argv;
  /** Writes the roster: `sleeper` is a runtime of a command line that never reports. */
  declare(seats: readonly Seat[]): Promise<void>;
  /** Milliseconds. @throws When the call fails. */
  call(...args: string[]): number;
}

const PROGRAM = join(dirname(import.meta.dirname), "apps/cli/dist/mosaic.js");

export async function openWorld(): Promise<World> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing. Build it first: tooling/prepare.sh`);
  const server = await tmuxServer();
  const { socket, tmpdir: folder } = server;
  const home = join(folder, "home");
  const inherited = Object.entries(server.env).filter(([name]) => !name.startsWith("MOSAIC_"));
  const env = { ...Object.fromEntries(inherited), MOSAIC_HOME: home };
  const mosaic = (...args: string[]): Argv => [process.execPath, PROGRAM, ...args];
  return {
    socket,
    folder,
    env,
    mosaic,
    async declare(agents) {
      const runtimes = { sleeper: { command: "exec sleep 1000000" } };
      const tmux = { socket_name: socket, holder_session: "_holder" };
      const defaults = { working_directory: folder };
      await mkdir(join(home, "fleet"), { recursive: true });
      await writeFile(
        join(home, "fleet/roster.yaml"),
        JSON.stringify({ version: 1, tmux, defaults, runtimes, agents }),
      );
    },
    call: (...args) => timeOf({ programs: [mosaic(...args)], env }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
    },
  };
}

export const seats = (count: number, runtime: string): Seat[] =>
  Array.from({ length: count }, (_, index) => ({ name: `seat${String(index)}`, runtime, class: "code" }));

/** The machine as it is now, for the head of a report. */
export const machine = (): string =>
  `Node ${process.versions.node}, ${process.platform} ${arch()}, ${String(availableParallelism())} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`;
