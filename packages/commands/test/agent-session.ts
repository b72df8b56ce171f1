import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  collectEnded,
  listPanes,
  newSession,
  parsePanes,
  tmuxFailure,
  type Pane,
  type SessionMark,
} from "@mosaic/fleet-commands/tmux";
import { parseAgentName } from "@mosaic/fleet-model";
import type { Argv, RunResult } from "@mosaic/fleet-process";
import { waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";

export const agent = parseAgentName;
export const MARK: SessionMark = { home: "/srv/mosaic", launch: "0123456789abcdef" };

/** Runs one tmux call that must succeed. */
export async function done(server: TmuxServer, argv: Argv, stdin = ""): Promise<string> {
  const result: RunResult = await server.run(argv, { stdin });
  if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

/** A tmux command of the test's own making. */
export const bare = (server: TmuxServer, ...args: string[]): Promise<string> =>
  done(server, ["tmux", "-u", "-L", server.socket, ...args]);

export interface StartOptions {
  readonly name?: string;
  readonly command?: Argv;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly mark?: SessionMark;
}

export async function start(server: TmuxServer, o: StartOptions = {}): Promise<Pane> {
  const { name = "coder-1", command = ["sleep", "600"], cwd = server.tmpdir, env = {}, mark = MARK } = o;
  await done(server, newSession({ socket: server.socket, name: agent(name), cwd, env, command, mark }));
  return paneOf(server, name);
}

export async function panes(server: TmuxServer): Promise<Pane[]> {
  return parsePanes(await done(server, listPanes(server.socket)));
}

export async function paneOf(server: TmuxServer, session: string): Promise<Pane> {
  const pane = (await panes(server)).find((one) => one.session === session);
  if (!pane) throw new Error(`there is no session ${session}`);
  return pane;
}

/** The names of all sessions; none when there is no server any more. */
export async function sessions(server: TmuxServer): Promise<string[]> {
  const { exitCode, stdout, stderr } = await server.run(listPanes(server.socket));
  if (exitCode !== 0 && tmuxFailure(stderr) !== "no-server") throw new Error(stderr);
  return [...new Set(parsePanes(stdout).map((pane) => pane.session))];
}

/**
 * Waits for a fact that follows from the end of a program. tmux 3.3a, built with libutempter as on Debian, ignores
 * its children's ends for some milliseconds after each one; the end of another child makes it look again.
 */
export function afterTheEnd<T>(
  server: TmuxServer,
  condition: () => Promise<T | undefined | false>,
  what: string,
): Promise<T> {
  const look = async (): Promise<T | undefined | false> => {
    const answer = await condition();
    if (answer === undefined || answer === false) {
      await server.run(collectEnded(server.socket));
    }
    return answer;
  };
  return waitFor(look, { what });
}

const RECORDER = `
  const { appendFileSync } = require("node:fs");
  const [file, brackets] = process.argv.slice(1);
  process.stdin.setRawMode(true);
  process.stdin.on("data", (chunk) => appendFileSync(file, JSON.stringify(chunk.toString("latin1")) + "\\n"));
  process.stdout.write((brackets === "brackets" ? "\\x1b[?2004h" : "") + "recording\\n");`;

/** A program in raw mode that notes down what each of its reads returned. */
export interface Recorder {
  readonly pane: Pane;
  reads(): Promise<string[]>;
  /** Waits until everything that was read, put together, is `text`. */
  hasRead(text: string): Promise<void>;
}

export async function startRecorder(
  server: TmuxServer,
  o: { readonly brackets: boolean; readonly name?: string } = { brackets: true },
): Promise<Recorder> {
  const { name = "coder-1" } = o;
  const file = join(server.tmpdir, `${name}.reads`);
  const command: Argv = [process.execPath, "-e", RECORDER, file, o.brackets ? "brackets" : "plain"];
  const pane = await start(server, { name, command });
  const reads = async (): Promise<string[]> => {
    const text = await readFile(file, "utf8").catch(() => "");
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line) => Buffer.from(String(JSON.parse(line)), "latin1").toString("utf8"));
  };
  const everything = async (): Promise<string> => (await reads()).join("");
  await waitFor(
    async () => (await bare(server, "capture-pane", "-p", "-t", pane.paneId)).includes("recording"),
    {
      what: "the recorder",
    },
  );
  return {
    pane,
    reads,
    hasRead: async (text) => {
      await waitFor(async () => (await everything()) === text, {
        what: async () =>
          `${JSON.stringify(text)}; it read ${JSON.stringify((await everything()).slice(0, 500))}`,
      });
    },
  };
}
