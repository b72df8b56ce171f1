// Tried on tmux 3.3a.
import {
  PIN_BROKEN,
  deleteBuffer,
  leaveMode,
  loadBuffer,
  newSession,
  pasteBuffer,
  pressEnter,
  type Pane,
  type PanePin,
} from "@mosaic/fleet-commands/tmux";
import { tmuxServer, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { MARK, agent, bare, done, paneOf, start, startRecorder, type Recorder } from "./agent-session.ts";

const BUFFER = "mosaic-test";

async function paste(server: TmuxServer, pin: PanePin, text: string): Promise<string> {
  await done(server, loadBuffer(server.socket, BUFFER), text);
  return done(server, pasteBuffer(server.socket, pin, BUFFER));
}

const bracketed = (text: string): string => `\x1b[200~${text}\x1b[201~`;

test("a paste is bracketed and Enter comes in a read of its own", async () => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  expect(await paste(server, recorder.pane, "first\nsecond")).toBe("");
  await recorder.hasRead(bracketed("first\nsecond"));
  expect(await done(server, pressEnter(server.socket, recorder.pane))).toBe("");
  await recorder.hasRead(`${bracketed("first\nsecond")}\r`);
  expect((await recorder.reads()).at(-1)).toBe("\r");
});

test("an Enter inside the text is part of the paste, and one in the same call comes in the paste's read", async () => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  await paste(server, recorder.pane, "text\r");
  await recorder.hasRead(bracketed("text\r"));
  await done(server, loadBuffer(server.socket, BUFFER), "more");
  const target = recorder.pane.paneId;
  await bare(
    server,
    ...["paste-buffer", "-p", "-b", BUFFER, "-t", target, ";", "send-keys", "-t", target, "Enter"],
  );
  await recorder.hasRead(`${bracketed("text\r")}${bracketed("more")}\r`);
  expect((await recorder.reads()).at(-1)).not.toBe("\r");
});

test("a program that asked for no brackets gets none, and newlines stay newlines", async () => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server, { brackets: false });
  await paste(server, recorder.pane, "first\nsecond\n\n");
  await recorder.hasRead("first\nsecond\n\n");
});

test.for([
  ["one byte", "x"],
  ["what tmux itself would read as keys, options or commands", "-t Enter ; kill-server\n#{pid} C-c"],
  ["any unicode", "é💡 日本語 e\u0301 \u{1f468}\u200d\u{1f469}"],
  ["64 KiB", "0123456789abcde\n".repeat(4096)],
] as const)("a paste arrives whole: %s", async ([, text]) => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  await paste(server, recorder.pane, text);
  await recorder.hasRead(bracketed(text));
});

test("a paste deletes its buffer, and leaves the buffers of others", async () => {
  await using server = await tmuxServer();
  const { pane } = await startRecorder(server);
  await bare(server, "set-buffer", "-b", "operator", "kept");
  await paste(server, pane, "text");
  expect((await server.run(deleteBuffer(server.socket, BUFFER))).exitCode).toBe(1);
  expect(await bare(server, "list-buffers", "-F", "#{buffer_name}")).toBe("operator\n");
});

test("a buffer's name is never read as a command", async () => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  const buffer = 'a\'; set-option -g @hit 1 ; $HOME "#{pid}"';
  await done(server, loadBuffer(server.socket, buffer), "text");
  await done(server, pasteBuffer(server.socket, recorder.pane, buffer));
  await recorder.hasRead(bracketed("text"));
  expect(await bare(server, "show-options", "-gqv", "@hit")).toBe("");
});

/** Neither a paste nor an Enter with this pin acts, and the paste's buffer stays. */
async function expectRefused(server: TmuxServer, pin: PanePin): Promise<void> {
  expect(await paste(server, pin, "refused")).toBe(`${PIN_BROKEN}\n`);
  expect(await done(server, pressEnter(server.socket, pin))).toBe(`${PIN_BROKEN}\n`);
  expect((await server.run(deleteBuffer(server.socket, BUFFER))).exitCode).toBe(0);
}

/** The program has read nothing so far, and now reads what it is sent. */
async function expectUntouched(server: TmuxServer, recorder: Recorder): Promise<void> {
  expect(await paste(server, recorder.pane, "allowed")).toBe("");
  await recorder.hasRead(bracketed("allowed"));
}

test.for<[string, (pane: Pane) => PanePin]>([
  [
    "of another server process",
    (pane) => ({ ...pane, server: { ...pane.server, pid: pane.server.pid + 1 } }),
  ],
  [
    "of another server start",
    (pane) => ({ ...pane, server: { ...pane.server, startTime: pane.server.startTime - 1 } }),
  ],
  ["of another process", (pane) => ({ ...pane, pid: pane.pid + 1 })],
  ["of a pane that is gone", (pane) => ({ ...pane, paneId: "%99" })],
])("nothing is typed by the pin %s", async ([, broken]) => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  await expectRefused(server, broken(recorder.pane));
  await expectUntouched(server, recorder);
});

test.for<[string, string[], string[]]>([
  ["in copy mode", ["copy-mode"], ["copy-mode", "-q"]],
  ["that shows a menu of tmux's own", ["choose-tree"], ["copy-mode", "-q"]],
  ["whose input is switched off", ["select-pane", "-d"], ["select-pane", "-e"]],
  [
    "that shares what is typed",
    ["set-option", "-p", "synchronize-panes", "on"],
    ["set-option", "-p", "synchronize-panes", "off"],
  ],
])("nothing is typed into a pane %s", async ([, [enter = "", ...on], [leave = "", ...off]]) => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  const target = ["-t", recorder.pane.paneId];
  await bare(server, enter, ...target, ...on);
  await expectRefused(server, recorder.pane);
  await bare(server, leave, ...target, ...off);
  await expectUntouched(server, recorder);
});

test("nothing is typed into a pane whose program was replaced, though its id is the same", async () => {
  await using server = await tmuxServer();
  const { pane } = await startRecorder(server);
  await bare(server, "respawn-pane", "-k", "-t", pane.paneId, "--", "sleep", "600");
  const now = await paneOf(server, "coder-1");
  expect(now.paneId).toBe(pane.paneId);
  await expectRefused(server, pane);
});

test("nothing is typed into a pane whose program has ended", async () => {
  await using server = await tmuxServer();
  const pane = await start(server, { command: ["sh", "-c", "exit 1"] });
  await waitFor(async () => (await paneOf(server, "coder-1")).dead, { what: "the end of the program" });
  await expectRefused(server, pane);
});

test("nothing is typed into the pane of a new server, though its id is the same", async () => {
  await using server = await tmuxServer();
  const before = await start(server);
  await bare(server, "kill-server");
  await waitFor(
    async () => {
      const { name, ...o } = {
        name: agent("coder-1"),
        cwd: "/",
        env: {},
        command: ["cat"] as const,
        mark: MARK,
      };
      return (await server.run(newSession({ socket: server.socket, name, ...o }))).exitCode === 0;
    },
    { what: "a new server" },
  );
  const after = await paneOf(server, "coder-1");
  expect(after.paneId).toBe(before.paneId);
  await expectRefused(server, { ...before, pid: after.pid });
});

test.for(["copy-mode", "clock-mode", "choose-tree"])("%s is left without a key", async (mode) => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  await bare(server, mode, "-t", recorder.pane.paneId);
  expect((await paneOf(server, "coder-1")).inMode).toBe(true);
  await done(server, leaveMode(server.socket, recorder.pane.paneId));
  expect((await paneOf(server, "coder-1")).inMode).toBe(false);
  await expectUntouched(server, recorder);
});

test("leaving a mode that is not on sends nothing to the program", async () => {
  await using server = await tmuxServer();
  const recorder = await startRecorder(server);
  await done(server, leaveMode(server.socket, recorder.pane.paneId));
  await expectUntouched(server, recorder);
});
