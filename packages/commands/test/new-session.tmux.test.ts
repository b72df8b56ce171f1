// Tried on tmux 3.3a.
import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { capturePane, newHolder, newSession, tmuxFailure, type Pane } from "@mosaic/fleet-commands/tmux";
import { isRunning, tmuxServer, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { MARK, afterTheEnd, agent, bare, done, paneOf, panes, sessions, start } from "./agent-session.ts";

/** A command that writes down what it was started with, and stays. */
const teller = (script: string, file: string): string[] => [
  "-e",
  `const { renameSync, writeFileSync } = require("node:fs");
   writeFileSync(${JSON.stringify(`${file}~`)}, JSON.stringify(${script}));
   renameSync(${JSON.stringify(`${file}~`)}, ${JSON.stringify(file)});
   setInterval(() => {}, 60000)`,
];

async function told(file: string): Promise<unknown> {
  const text = await waitFor(() => readFile(file, "utf8").catch(() => undefined), { what: file });
  return JSON.parse(text);
}

const ODD = [
  "",
  " ",
  "a b",
  "$HOME",
  "`id`",
  "'",
  '"',
  "\\",
  "a\nb",
  "tab\there",
  "~",
  "*",
  "{",
  "}",
  "é💡",
  "-t",
];
const FORMATS = ["#{pid}", "#(id)", "#S", "%H", "##"];
const SEPARATORS = [";", "x;", "x\\;", "x;;", "x\\\\;", ";x", "--"];

test.for([...SEPARATORS, "", "}"])(
  "a program gets its arguments as they were given; the last is %j",
  async (last) => {
    await using server = await tmuxServer();
    const file = join(server.tmpdir, "argv");
    const args = [...ODD, ...FORMATS, ...SEPARATORS, last];
    await start(server, {
      command: [process.execPath, ...teller("process.argv.slice(1)", file), "--", ...args],
    });
    expect(await told(file)).toEqual(args);
  },
);

test("a command of one word is run without a shell", async () => {
  await using server = await tmuxServer();
  const program = join(server.tmpdir, "a program;x");
  await writeFile(program, "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
  const pane = await start(server, { command: [program] });
  expect(pane.dead).toBe(false);
  await waitFor(async () => (await paneOf(server, "coder-1")).currentCommand === "sleep", { what: "sleep" });
});

test("environment values arrive as they were given", async () => {
  await using server = await tmuxServer();
  const env = { A: "ends;", B: "#{pid} #(id) %H", C: "a=b c", D: "", E: "é\n\t;", F: "\\;" };
  const file = join(server.tmpdir, "env");
  await start(server, { env, command: [process.execPath, ...teller("process.env", file)] });
  expect(await told(file)).toMatchObject(env);
});

test("the program starts in its folder, whatever the folder is called", async () => {
  await using server = await tmuxServer();
  const names = [
    "a b",
    "a;",
    "#{pid}",
    "#(id)",
    "##x",
    "#[fg=red]",
    "##[x",
    "a#",
    "%H",
    "é",
    "#,}",
    "$HOME",
    "~",
  ];
  for (const [index, name] of names.entries()) {
    const cwd = join(server.tmpdir, name);
    await mkdir(cwd);
    const file = join(server.tmpdir, `cwd${String(index)}`);
    await start(server, {
      name: `coder-${String(index)}`,
      cwd,
      command: [process.execPath, ...teller("process.cwd()", file)],
    });
    expect(await told(file)).toBe(await realpath(cwd));
  }
});

test.for([
  "/home/user/.config/mosaic",
  "/with space/and;",
  "/#{pid}/#(id)/#S",
  "/%41/100%",
  "/tab\there/new\nline/\r",
  "/é💡/ü",
  "/$HOME/'quoted\"/back\\slash\\;",
])("the mark of the home %j is read back as it was written", async (home) => {
  await using server = await tmuxServer();
  const mark = { ...MARK, home };
  expect(await start(server, { mark })).toMatchObject({ session: "coder-1", mark });
});

test("a session that somebody else started carries no mark", async () => {
  await using server = await tmuxServer();
  await start(server);
  await bare(server, "new-session", "-d", "-s", "foreign", "--", "sleep", "600");
  expect((await paneOf(server, "foreign")).mark).toBeUndefined();
  expect((await paneOf(server, "coder-1")).mark).toEqual(MARK);
});

test("where a session of the name exists, it stays as it is and is not marked as ours", async () => {
  await using server = await tmuxServer();
  await bare(server, "new-session", "-d", "-s", "coder-1", "--", "sleep", "600");
  const running = async (): Promise<boolean> => (await paneOf(server, "coder-1")).currentCommand === "sleep";
  await waitFor(running, { what: "the program" });
  const before = await panes(server);
  const result = await server.run(
    newSession({
      socket: server.socket,
      name: agent("coder-1"),
      cwd: "/",
      env: {},
      command: ["cat"],
      mark: MARK,
    }),
  );
  expect(result.exitCode).toBe(1);
  expect(tmuxFailure(result.stderr)).toBe("duplicate");
  expect(await panes(server)).toEqual(before);
});

test.for([
  ["with another status", "exit 3", { exitStatus: 3, exitSignal: null }],
  ["by a signal", "kill -TERM $$", { exitStatus: null, exitSignal: "15" }],
] as const)("the pane of a program that ended %s stays, with its last lines", async ([, script, end]) => {
  await using server = await tmuxServer();
  // tmux 3.3a loses what a program prints within a few milliseconds of its start or its end.
  await start(server, { command: ["sh", "-c", `read line; echo last words; sleep 0.3; ${script}`] });
  await bare(server, "send-keys", "-t", "=coder-1:", "Enter");
  const ended = async (): Promise<Pane | false> => {
    const now = await paneOf(server, "coder-1");
    return now.dead && (now.exitStatus ?? now.exitSignal) !== null && now;
  };
  const pane = await afterTheEnd(server, ended, "the program's end");
  expect(pane).toMatchObject(end);
  const seen = async (): Promise<boolean> =>
    (await done(server, capturePane(server.socket, pane.paneId, 50))).includes("last words");
  await waitFor(seen, { what: "the last words" });
});

test("a program that ended well leaves its pane and its last words", async () => {
  await using server = await tmuxServer();
  await start(server, { name: "other" });
  const { paneId } = await start(server, {
    command: ["sh", "-c", "read line; echo last words; sleep 0.3; exit 0"],
  });
  await bare(server, "send-keys", "-t", "=coder-1:", "Enter");
  const status = async (): Promise<boolean> => (await paneOf(server, "coder-1")).exitStatus === 0;
  await afterTheEnd(server, status, "the status");
  expect(await done(server, capturePane(server.socket, paneId, 50))).toContain("last words");
});

test("a program that fails at once leaves its marked pane, every time", async () => {
  await using server = await tmuxServer();
  await start(server, { name: "other" });
  for (const index of Array.from({ length: 20 }).keys()) {
    const pane = await start(server, { name: `coder-${String(index)}`, command: ["sh", "-c", "exit 1"] });
    expect(pane.mark).toEqual(MARK);
  }
});

async function configure(server: TmuxServer): Promise<void> {
  const lines = [
    "set -g destroy-unattached on",
    "set -g base-index 1",
    "set -g pane-base-index 1",
    "set -g remain-on-exit on",
    "set -g window-size largest",
    "set -g default-command 'exit 1'",
    "set -g default-shell /bin/false",
  ];
  await writeFile(join(server.tmpdir, ".tmux.conf"), lines.map((line) => `${line}\n`).join(""));
}

test("an operator's tmux.conf that ends unattached sessions does not end ours", async () => {
  await using server = await tmuxServer();
  await configure(server);
  await server.run(newHolder({ socket: server.socket, name: "_holder", home: MARK.home }));
  const pane = await start(server);
  expect(pane).toMatchObject({ windowIndex: 1, paneIndex: 1, mark: MARK });
  expect(await sessions(server)).toEqual(["_holder", "coder-1"]);
  expect(isRunning(pane.pid)).toBe(true);
});
