import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CANARY, readScreen } from "@mosaic/fleet-commands/runtimes";
import {
  formatMessage,
  parseHeartbeat,
  parseTurnEvents,
  sanitize,
  type Heartbeat,
  type TurnEvent,
} from "@mosaic/fleet-model";
import { screen, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect } from "vitest";

export const PROGRAM = fileURLToPath(new URL("canary-program.ts", import.meta.url));
export const PANE = "=coder-1:";

/** A canary in a pane of its own tmux server. */
export interface Canary {
  readonly folder: string;
  readonly tmux: (...args: readonly string[]) => Promise<string>;
  readonly look: () => Promise<ReturnType<typeof readScreen>>;
  readonly lines: () => Promise<string>;
  readonly heartbeat: () => Promise<Heartbeat>;
  readonly events: () => Promise<TurnEvent[]>;
  /** Puts text into the composer and waits until its beginning stands there. */
  readonly paste: (text: string) => Promise<void>;
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly send: (id: string, text: string) => Promise<void>;
  readonly until: (what: string, condition: () => Promise<boolean>) => Promise<void>;
}

async function start(
  server: TmuxServer,
  o: { columns?: number; rows?: number; intervalMs?: number; command?: readonly string[] } = {},
): Promise<Canary> {
  const folder = `${server.tmpdir}/run`;
  await mkdir(folder);
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const result = await server.run(["tmux", "-u", "-L", server.socket, ...args]);
    expect(result.stderr).toBe("");
    return result.stdout;
  };
  const own = [
    process.execPath,
    "--conditions=@mosaic/source",
    PROGRAM,
    "coder-1",
    folder,
    String(o.intervalMs ?? 5_000),
  ];
  const size = ["-x", String(o.columns ?? 100), "-y", String(o.rows ?? 30)];
  await tmux(
    "new-session",
    "-d",
    "-s",
    "coder-1",
    ...size,
    "--",
    ...(o.command ?? own),
    ";",
    "set-option",
    "-g",
    "remain-on-exit",
    "on",
  );
  const look = async (): Promise<ReturnType<typeof readScreen>> =>
    readScreen(CANARY, await tmux("capture-pane", "-p", "-t", PANE));
  const lines = (): Promise<string> => screen(server, PANE);
  const events = async (): Promise<TurnEvent[]> =>
    parseTurnEvents(await readFile(`${folder}/coder-1.events`, "utf8").catch(() => ""));
  const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    await waitFor(condition, {
      what: async () => `${what} on\n${await lines()}\n${JSON.stringify(await events())}`,
    });
  };
  const paste = async (text: string): Promise<void> => {
    await server.run(["tmux", "-L", server.socket, "load-buffer", "-b", "test", "-"], { stdin: text });
    await tmux("paste-buffer", "-p", "-r", "-d", "-b", "test", "-t", PANE);
    const squeezed = (part: string): string => part.replace(/\s/g, "");
    const head = squeezed(sanitize(text)).slice(0, 12);
    await until("the pasted text", async () => squeezed((await look()).composer ?? "").startsWith(head));
  };
  const press = async (...keys: readonly string[]): Promise<void> => {
    await tmux("send-keys", "-t", PANE, ...keys);
  };
  const send = async (id: string, text: string): Promise<void> => {
    await paste(formatMessage({ from: "box:operator", to: "testhost:coder-1", id, text }));
    await press("Enter");
    await until("an empty composer or a dialog", async () => {
      const { composer, dialog } = await look();
      return composer === "" || dialog !== undefined;
    });
  };
  return {
    ...{ folder, tmux, look, lines, events, paste, press, send, until },
    heartbeat: async () => parseHeartbeat(await readFile(`${folder}/coder-1.hb`, "utf8")),
  };
}

/** Starts a canary and waits until it takes messages. */
export async function ready(server: TmuxServer, o: Parameters<typeof start>[1] = {}): Promise<Canary> {
  const canary = await start(server, o);
  await canary.until("the start marker", async () => CANARY.startMarker.test(await canary.lines()));
  await canary.until("an idle heartbeat", async () => (await canary.heartbeat()).state === "idle");
  return canary;
}

const short = (events: readonly TurnEvent[]): string[] =>
  events.map(({ event, id }) => `${event} ${id ?? "-"}`);

/** Waits for so many events and compares them, written as `turn-start a1`. */
export const saw = async (canary: Canary, ...expected: readonly string[]): Promise<void> => {
  await canary.until(
    `the event ${expected.at(-1) ?? ""}`,
    async () => (await canary.events()).length >= expected.length,
  );
  expect(short(await canary.events())).toEqual(expected);
};

/** tmux 3.3a may take note of a child's end only when the next child ends. */
export async function exitStatus(canary: Canary): Promise<string> {
  const status = async (): Promise<string> => {
    await canary.tmux("run-shell", "true");
    return (
      await canary.tmux("display-message", "-p", "-t", PANE, "#{pane_dead} #{pane_dead_status}")
    ).trim();
  };
  await canary.until("the end of the program", async () => /^1 \d+$/.test(await status()));
  return (await status()).slice(2);
}

export const processId = async (canary: Canary): Promise<number> =>
  Number(await canary.tmux("display-message", "-p", "-t", PANE, "#{pane_pid}"));
