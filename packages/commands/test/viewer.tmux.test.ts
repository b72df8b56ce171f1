// Tried on tmux 3.3a.
import { attachSession, endSession, tmuxFailure, watchSession } from "@mosaic/fleet-commands/tmux";
import type { Argv } from "@mosaic/fleet-process";
import { isRunning, screen, tmuxServer, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { agent, bare, done, paneOf, sessions, start, startRecorder } from "./agent-session.ts";

const VIEWER = "_view-coder-1";

/** A terminal in which a tmux client runs: a pane of another server. */
interface Terminal {
  readonly pid: number;
  readonly serverPid: number;
  readonly screen: () => Promise<string>;
  readonly press: (...keys: string[]) => Promise<unknown>;
  readonly resize: (width: number, height: number) => Promise<unknown>;
  readonly closed: () => boolean;
}

async function openTerminal(
  outer: TmuxServer,
  inner: TmuxServer,
  name: string,
  command: Argv,
  [width, height]: readonly [number, number],
): Promise<Terminal> {
  const own = ["env", "-u", "TMUX", "-u", "TMUX_PANE", `TMUX_TMPDIR=${inner.tmpdir}`] as const;
  const { pid, server } = await start(outer, { name, command: [...own, ...command] });
  const target = `=${name}:`;
  const resize = (x: number, y: number): Promise<string> =>
    bare(outer, "resize-window", "-t", target, "-x", String(x), "-y", String(y));
  await resize(width, height);
  return {
    pid,
    serverPid: server.pid,
    screen: () => screen(outer, target),
    press: (...keys) => bare(outer, "send-keys", "-t", target, ...keys),
    resize,
    closed: () => !isRunning(pid),
  };
}

const sizeOf = (server: TmuxServer, session: string): Promise<string> =>
  bare(server, "display-message", "-p", "-t", `=${session}:`, "#{window_width}x#{window_height}");

const clientSizes = (server: TmuxServer): Promise<string> =>
  bare(server, "list-clients", "-F", "#{client_session} #{client_width}x#{client_height}");

/**
 * Waits until a client of that size is attached and has drawn: what is typed earlier is lost. Keys that come within a
 * millisecond are keys nevertheless, and no paste.
 */
async function attached(terminal: Terminal, inner: TmuxServer, client: string): Promise<Terminal> {
  await bare(inner, "set-option", "-g", "assume-paste-time", "0");
  const ready = async (): Promise<boolean> =>
    (await clientSizes(inner)).includes(client) && (await terminal.screen()).includes("recording");
  await waitFor(ready, { what: async () => `${client}; the terminal shows ${await terminal.screen()}` });
  return terminal;
}

async function watch(
  outer: TmuxServer,
  inner: TmuxServer,
  size: readonly [number, number] = [80, 24],
): Promise<Terminal> {
  const command = watchSession(inner.socket, agent("coder-1"), VIEWER);
  const terminal = await openTerminal(outer, inner, "viewer", command, size);
  return attached(terminal, inner, `${VIEWER} ${size.join("x")}`);
}

async function attach(
  outer: TmuxServer,
  inner: TmuxServer,
  size: readonly [number, number],
): Promise<Terminal> {
  const command = attachSession(inner.socket, agent("coder-1"));
  const terminal = await openTerminal(outer, inner, "human", command, size);
  return attached(terminal, inner, `coder-1 ${size.join("x")}`);
}

const hasSize = (server: TmuxServer, size: string): Promise<unknown> =>
  waitFor(async () => (await sizeOf(server, "coder-1")) === `${size}\n`, {
    what: async () => `the size ${size}; it is ${await sizeOf(server, "coder-1")}`,
  });

test("a viewer sees the agent's screen, and who is watched and how to leave", async () => {
  await using server = await tmuxServer();
  await using outer = await tmuxServer();
  await startRecorder(server);
  const viewer = await watch(outer, server);
  const seen = await waitFor(
    async () => {
      const text = await viewer.screen();
      return text.includes("to leave") && text;
    },
    { what: viewer.screen },
  );
  expect(seen).toContain("recording");
  expect(seen).toContain("watching coder-1, read-only; to leave: C-b d");
});

test("nothing that is typed into a viewer reaches the agent or tmux", async () => {
  await using server = await tmuxServer();
  await using outer = await tmuxServer();
  const recorder = await startRecorder(server);
  const viewer = await watch(outer, server);
  await viewer.press("Escape", "h", "i", "Enter", "C-c", "C-d");
  await viewer.press("C-b", "[", "C-b", "c", "C-b", "x", "y", "C-b", ":");
  // The client reads its keys in order: once it has left, it has read all of them.
  await viewer.press("C-b", "d");
  await waitFor(viewer.closed, { what: async () => `the viewer's end; it shows ${await viewer.screen()}` });
  expect(await paneOf(server, "coder-1")).toMatchObject({
    pid: recorder.pane.pid,
    inMode: false,
    dead: false,
  });
  await waitFor(async () => (await sessions(server)).length === 1, {
    what: "the end of the viewer's session",
  });
  expect(await bare(server, "list-windows", "-a", "-F", "#{session_name}")).toBe("coder-1\n");
  await bare(server, "send-keys", "-t", "=coder-1:", "-l", "allowed");
  await recorder.hasRead("allowed");
});

test.for([
  ["a smaller", [80, 24]],
  ["a larger", [200, 60]],
] as const)("%s terminal that watches does not resize the agent's", async ([, size]) => {
  await using server = await tmuxServer();
  await using outer = await tmuxServer();
  await startRecorder(server);
  const viewer = await watch(outer, server, size);
  await viewer.resize(100, 30);
  await waitFor(async () => (await clientSizes(server)).includes(`${VIEWER} 100x30`), { what: "the resize" });
  expect(await sizeOf(server, "coder-1")).toBe("120x40\n");
});

test.for([
  ["a smaller", [80, 24]],
  ["a larger", [200, 60]],
] as const)(
  "who attaches gets the agent in the size of their terminal, though %s one watches",
  async ([, size]) => {
    await using server = await tmuxServer();
    await using outer = await tmuxServer();
    await startRecorder(server);
    await watch(outer, server, size);
    const human = await attach(outer, server, [120, 40]);
    await hasSize(server, "120x39");
    await human.resize(100, 30);
    await hasSize(server, "100x29");
    await human.press("C-b", "d");
    await waitFor(human.closed, { what: "the detached client's end" });
    expect(await sizeOf(server, "coder-1")).toBe("100x29\n");
  },
);

test.for(["detached", "killed"])(
  "a viewer that was %s leaves the agent and no session of its own",
  async (how) => {
    await using server = await tmuxServer();
    await using outer = await tmuxServer();
    const { pane } = await startRecorder(server);
    const viewer = await watch(outer, server);
    if (how === "killed") process.kill(viewer.pid, "SIGKILL");
    else await viewer.press("C-b", "d");
    await waitFor(async () => (await sessions(server)).length === 1, {
      what: "the end of the viewer's session",
    });
    expect(await paneOf(server, "coder-1")).toMatchObject({ pid: pane.pid, dead: false });
  },
);

test("a viewer whose terminal takes its time to leave does not take the server with it", async () => {
  await using server = await tmuxServer();
  await using outer = await tmuxServer();
  const { pane } = await startRecorder(server);
  const viewer = await watch(outer, server);
  // The terminal's own server first: it lets a stopped program go on.
  for (const pid of [viewer.serverPid, viewer.pid]) process.kill(pid, "SIGSTOP");
  try {
    await bare(server, "detach-client", "-s", `=${VIEWER}`);
    // Each call is a turn of the server's loop.
    for (const _ of Array.from({ length: 5 })) {
      expect(await paneOf(server, "coder-1")).toMatchObject({ pid: pane.pid });
    }
  } finally {
    for (const pid of [viewer.pid, viewer.serverPid]) process.kill(pid, "SIGCONT");
  }
  await waitFor(async () => (await sessions(server)).length === 1, {
    what: "the end of the viewer's session",
  });
});

test.for<[string, (socket: string) => Argv]>([
  ["watch", (socket) => watchSession(socket, agent("coder-1"), VIEWER)],
  ["attach", (socket) => attachSession(socket, agent("coder-1"))],
])(
  "%s finds no agent whose name only begins with the one asked for, and starts nothing",
  async ([, command]) => {
    await using server = await tmuxServer();
    // One only: tmux takes the beginning of a name when it is unambiguous.
    await start(server, { name: "coder-10" });
    const { exitCode, stderr } = await server.run(command(server.socket));
    expect(exitCode).toBe(1);
    expect(tmuxFailure(stderr)).toBe("no-target");
    expect(await sessions(server)).toEqual(["coder-10"]);
  },
);

test("ending an agent that is watched ends its program and the viewer, and nothing else", async () => {
  await using server = await tmuxServer();
  await using outer = await tmuxServer();
  const other = await start(server, { name: "coder-10" });
  const { pane } = await startRecorder(server);
  await bare(server, "new-window", "-d", "-t", "=coder-1:", "--", "sleep", "600");
  const viewer = await watch(outer, server);
  expect(await done(server, endSession(server.socket, pane))).toBe("");
  expect(await sessions(server)).toEqual(["coder-10"]);
  await waitFor(() => !isRunning(pane.pid), { what: "the end of the program" });
  await waitFor(viewer.closed, { what: async () => `the viewer's end; it shows ${await viewer.screen()}` });
  expect(isRunning(other.pid)).toBe(true);
});
