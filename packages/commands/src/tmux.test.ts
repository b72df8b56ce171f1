import { parseAgentName } from "@mosaic/fleet-model";
import { expect, test } from "vitest";
import {
  attachSession,
  capturePane,
  captureScreen,
  captureScreens,
  collectEnded,
  deleteBuffer,
  endSession,
  idleSeconds,
  leaveMode,
  listPanes,
  loadBuffer,
  newHolder,
  newSession,
  paneSize,
  parsePanes,
  pasteBuffer,
  pressEnter,
  tmuxFailure,
  watchSession,
  type Socket,
} from "./tmux.ts";
import { exactPane, exactly, literal, neverAlone, unexpanded } from "./tmux-argv.ts";

const name = parseAgentName("coder-1");
const base = { name, cwd: "/srv/w", env: {}, mark: { home: "/srv/m", launch: "abc" } };
const pin = { server: { pid: 12, startTime: 1_700_000_000 }, sessionId: "$3", paneId: "%4", pid: 99 };

const every = (socket: Socket): (readonly string[])[] => [
  newSession({ ...base, socket, command: ["claude"] }),
  newHolder({ socket, name: "_holder", home: "/srv/m" }),
  endSession(socket, pin),
  watchSession(socket, name, "_view"),
  attachSession(socket, name),
  listPanes(socket),
  collectEnded(socket),
  capturePane(socket, "%4", 0),
  captureScreen(socket, "%4"),
  captureScreens(socket, ["%4"], "mark"),
  paneSize(socket, name),
  loadBuffer(socket, "b"),
  deleteBuffer(socket, "b"),
  pasteBuffer(socket, pin, "b"),
  pressEnter(socket, pin),
  leaveMode(socket, "%4"),
];

test("every command is for one server, and prints UTF-8 in any locale", () => {
  for (const argv of every("fleet")) expect(argv.slice(0, 4)).toEqual(["tmux", "-u", "-L", "fleet"]);
  for (const argv of every(undefined)) {
    expect(argv.slice(0, 2)).toEqual(["tmux", "-u"]);
    expect(argv).not.toContain("-L");
  }
});

test("every target is an exact name or an id", () => {
  for (const argv of every("fleet")) {
    argv.forEach((word, index) => {
      if (word === "-t") expect(argv[index + 1]).toMatch(/^(=coder-1|=_holder:|=_view:|=coder-1:|\$3:|%4)$/);
    });
  }
});

test("names are made exact", () => {
  expect([exactly(name), exactPane(name)]).toEqual(["=coder-1", "=coder-1:"]);
});

test.for([
  ["several words pass untouched", ["claude", "a b", "$HOME"], ["--", "claude", "a b", "$HOME"]],
  ["a lone word is kept from the shell", ["claude"], ["--", "env", "claude"]],
  ["a final semicolon is escaped", ["sh", "-c", "date;"], ["--", "sh", "-c", "date\\;"]],
] as const)("%s", ([, command, tail]) => {
  const argv = newSession({ ...base, socket: "fleet", command });
  const end = argv.indexOf(";");
  expect(argv.slice(end - tail.length, end)).toEqual(tail);
});

test("environment variables stand before the command", () => {
  const argv = newSession({ ...base, socket: "fleet", env: { A: "1;", B: "" }, command: ["sh", "-c", "x"] });
  expect(argv.slice(argv.indexOf("-e"), argv.indexOf("--"))).toEqual(["-e", "A=1\\;", "-e", "B="]);
});

test.for([
  ["a", "a"],
  [";", "\\;"],
  ["a;", "a\\;"],
  ["a\\;", "a\\\\;"],
  ["a;b", "a;b"],
  ["a;\n", "a;\n"],
] as const)("the argument %j is written %j", ([arg, written]) => {
  expect(literal(arg)).toBe(written);
});

test.for([
  ["/a", "/a"],
  ["/#{pid}", "/##{pid}"],
  ["/##", "/####"],
  ["/#[x", "/#[x"],
  ["/##[x#", "/##[x##"],
] as const)("the folder %j is written %j", ([path, written]) => {
  expect(unexpanded(path)).toBe(written);
});

test("only a command of one word gets company", () => {
  expect(neverAlone(["a"])).toEqual(["env", "a"]);
  expect(neverAlone(["a", "b"])).toEqual(["a", "b"]);
});

test("a pinned call names the server, the program, and every state in which it must not type", () => {
  const [condition, command, otherwise] = pressEnter("fleet", pin).slice(-3);
  expect(condition).toBe(
    "#{==:#{pid}/#{start_time}/#{pane_pid}/#{pane_dead}/#{pane_in_mode}/#{pane_input_off}/#{pane_synchronized}," +
      "12/1700000000/99/0/0/0/0}",
  );
  expect(command).toBe("'send-keys' '-t' '%4' 'Enter'");
  expect(otherwise).toBe("display-message -p mosaic-pin-broken");
});

test("history is captured only when it is asked for", () => {
  expect(capturePane("fleet", "%4", 0)).not.toContain("-S");
  expect(capturePane("fleet", "%4", 20)).toEqual(expect.arrayContaining(["-S", "-20"]));
});

const LINE = [
  ...["12", "1700000000", "$3", "coder-1", "", "1700000100", "1", "2", "%4", "99", "0", "", "", "0"],
  ...["", "1700000200", "1700000300", "abc", "/srv/m", "node"],
];
const line = (changes: Readonly<Record<number, string>> = {}): string =>
  LINE.map((value, index) => changes[index] ?? value).join("\t");

test("a line is read field by field", () => {
  expect(parsePanes(`${line()}\n`)).toEqual([
    {
      server: { pid: 12, startTime: 1_700_000_000 },
      sessionId: "$3",
      session: "coder-1",
      group: "",
      sessionCreated: 1_700_000_100,
      windowIndex: 1,
      paneIndex: 2,
      paneId: "%4",
      pid: 99,
      dead: false,
      exitStatus: null,
      exitSignal: null,
      inMode: false,
      currentCommand: "node",
      lastActivity: 1_700_000_200,
      mark: { home: "/srv/m", launch: "abc" },
    },
  ]);
});

test.for([
  ["a dead pane with its status", { 10: "1", 11: "3" }, { dead: true, exitStatus: 3 }],
  ["a dead pane with status 0", { 10: "1", 11: "0" }, { dead: true, exitStatus: 0 }],
  ["a dead pane that a signal ended", { 10: "1", 12: "9" }, { exitStatus: null, exitSignal: "9" }],
  ["a dead pane whose end is not known yet", { 10: "1" }, { dead: true, exitStatus: null, exitSignal: null }],
  ["a pane in a mode", { 13: "1" }, { inMode: true }],
  ["a session without a mark", { 17: "", 18: "" }, { mark: undefined }],
  [
    "a mark with its encoded characters",
    { 18: "/a%09b%0a%25" },
    { mark: { home: "/a\tb\n%", launch: "abc" } },
  ],
  ["a mark that is not of our encoding", { 18: "/%zz%" }, { mark: { home: "/%zz%", launch: "abc" } }],
  ["the pane's activity before the window's", { 14: "5" }, { lastActivity: 5 }],
  ["the session's activity as the last resort", { 15: "0" }, { lastActivity: 1_700_000_300 }],
  ["no activity at all", { 15: "", 16: "" }, { lastActivity: null }],
] as const)("%s", ([, changes, facts]) => {
  expect(parsePanes(line(changes))).toMatchObject([facts]);
});

test("lines of another shape are passed over", () => {
  expect(parsePanes("")).toEqual([]);
  expect(parsePanes(`garbage\n${line()}\textra\n${line()}\n\t\n`)).toHaveLength(1);
});

test.for([
  ["no time is no idle time", null, null],
  ["now is 0", 1_700_000_000, 0],
  ["a second begun does not count", 1_699_999_999, 1],
  ["five minutes", 1_699_999_700, 300],
  ["the future counts as now", 1_700_000_100, 0],
] as const)("idle seconds: %s", ([, lastActivity, idle]) => {
  expect(idleSeconds({ lastActivity }, 1_700_000_000_999)).toBe(idle);
});

test.for([
  ["no server running on /tmp/tmux-0/x", "no-server"],
  ["error connecting to /tmp/tmux-0/x (No such file or directory)", "no-server"],
  ["error connecting to /tmp/tmux-0/x (Connection refused)", "no-server"],
  ["server exited unexpectedly", "no-server"],
  ["server exited", "no-server"],
  ["lost server", "no-server"],
  ["no current target", "no-server"],
  ["error connecting to /tmp/tmux-0/x (Permission denied)", "forbidden"],
  ["couldn't create directory /srv/tmux-0 (Permission denied)", "forbidden"],
  ["directory /tmp/tmux-0 has unsafe permissions", "forbidden"],
  ["access not allowed", "forbidden"],
  ["duplicate session: coder-1", "duplicate"],
  ["can't find session: =x", "no-target"],
  ["can't find pane: %9", "no-target"],
  ["no such session: =x", "no-target"],
  ["no such window: =x", "no-target"],
  ["no buffer x", "other"],
  ["command too long", "other"],
  ["", "other"],
] as const)("tmux says %j: %s", ([stderr, failure]) => {
  expect(tmuxFailure(stderr === "" ? "" : `${stderr}\n`)).toBe(failure);
});
