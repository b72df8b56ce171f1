import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAX_PROBLEMS, RosterError } from "./error.ts";
import { parseRoster } from "./parse-roster.ts";
import type { Roster } from "./roster.ts";

const parse = (text: string): Roster => parseRoster(text, "r.yaml", { tenantId: "operator" });

function failure(text: string): RosterError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof RosterError) return error;
    throw error;
  }
  throw new Error("the roster is valid");
}

/** A roster of one agent, `a`, with these lines added to it. */
const agentWith = (...lines: string[]): string =>
  ["version: 1", "agents:", "  - name: a", "    runtime: pi", ...lines.map((line) => `    ${line}`), ""].join(
    "\n",
  );
const rosterWith = (...lines: string[]): string =>
  [...lines, "version: 1", "agents: [{name: a, runtime: pi}]", ""].join("\n");

test("a roster of two lines has every default", () => {
  expect(parse("version: 1\nagents: [{name: a, runtime: pi}]")).toEqual({
    version: 1,
    transport: "tmux",
    tenant_id: "operator",
    tmux: { holder_session: "_holder" },
    defaults: { working_directory: "~/src" },
    runtimes: {},
    agents: [
      {
        name: "a",
        runtime: "pi",
        class: "worker",
        working_directory: "~/src",
        persistent_persona: false,
        reset_between_tasks: false,
        yolo: true,
        channels: [],
      },
    ],
  });
});

test("the roster of version 1 with every key set parses to what it says", () => {
  const fixture = new URL("../test/fixtures/roster-v1.yaml", import.meta.url);
  expect(parse(readFileSync(fixture, "utf8"))).toEqual({
    version: 1,
    transport: "tmux",
    tenant_id: "acme",
    tmux: { socket_name: "mosaic-fleet", holder_session: "keeper" },
    defaults: { working_directory: "~/work" },
    runtimes: {
      claude: { reset_command: "/clear", env: [] },
      aider: { command: "aider --yes", reset_command: "/reset", env: ["AIDER_MODEL", "OPENAI_API_BASE"] },
    },
    agents: [
      {
        name: "lead",
        runtime: "claude",
        class: "orchestrator",
        model_hint: "opus",
        working_directory: "~",
        alias: "The Lead",
        persistent_persona: true,
        reset_between_tasks: false,
        yolo: true,
        channels: ["plugin:chat"],
      },
      {
        name: "coder-1",
        runtime: "aider",
        class: "code",
        working_directory: "~/work",
        persistent_persona: false,
        reset_between_tasks: true,
        yolo: false,
        channels: [],
        command: "aider --message-file task.md",
        host: "build-2",
        ssh: "fleet@build-2.example.org",
        socket: "agents",
        reports_to: "orchestrator",
      },
      {
        name: "spare",
        runtime: "canary",
        class: "worker",
        working_directory: "~/work",
        persistent_persona: false,
        reset_between_tasks: false,
        yolo: true,
        channels: [],
      },
    ],
    connector: {
      kind: "matrix",
      matrix: {
        homeserver_url: "https://matrix.example.org",
        user_id: "@fleet:example.org",
        room_id: "!abc:example.org",
        allow: ["@operator:example.org"],
      },
    },
  });
});

test.for([
  ["absent", "tmux: {}", undefined],
  ["empty", 'tmux: { socket_name: "" }', undefined],
  ["named", "tmux: { socket_name: fleet }", "fleet"],
  ["named by its alias", "tmux: { socketName: fleet }", "fleet"],
] as const)("a socket name that is %s resolves", ([, line, socket]) => {
  expect(parse(rosterWith(line)).tmux.socket_name).toBe(socket);
});

test.for([
  ["a byte order mark", "\ufeffversion: 1\nagents: [{name: a, runtime: pi}]\n"],
  ["lines that end in CR LF", "version: 1\r\nagents:\r\n  - name: a\r\n    runtime: pi\r\n"],
  [
    "an anchor and its alias",
    "version: 1\nagents:\n  - &a { name: a, runtime: &r pi }\n  - { name: b, runtime: *r }\n",
  ],
  ["document markers and a directive", "%YAML 1.2\n---\nversion: 1\nagents: [{name: a, runtime: pi}]\n...\n"],
  ["a map behind a runtime called constructor", rosterWith("runtimes: { constructor: { command: x } }")],
  [
    "JSON indented by tabs",
    JSON.stringify({ version: 1, agents: [{ name: "a", runtime: "pi" }] }, null, "\t"),
  ],
] as const)("a roster may have %s", ([, text]) => {
  expect(parse(text).agents[0]).toMatchObject({ name: "a", runtime: "pi" });
});

test.for([
  [
    "an unknown key",
    agentWith("runtme: pi"),
    '5:5 agents/0/runtme: unknown key "runtme"; did you mean "runtime"?',
  ],
  ["an unknown key at the top", rosterWith("zzz: 1"), '1:1 zzz: unknown key "zzz"'],
  [
    "a key that belongs elsewhere",
    rosterWith("socket_name: x"),
    '1:1 socket_name: unknown key "socket_name" here; it belongs to tmux',
  ],
  [
    "a key on the prototype",
    agentWith("__proto__: { a: b }"),
    '5:5 agents/0/__proto__: unknown key "__proto__"',
  ],
  [
    "a key on the prototype, where any key may stand",
    rosterWith("connector: {kind: c, c: {__proto__: {a: b}}}"),
    '1:26 connector/c/__proto__: unknown key "__proto__"',
  ],
  [
    "a key every object has",
    agentWith("constructor: x"),
    '5:5 agents/0/constructor: unknown key "constructor"',
  ],
  [
    "a merge key",
    agentWith("<<: { class: x }"),
    '5:5 agents/0/<<: unknown key "<<": YAML 1.2 has no merge keys; write the keys out',
  ],
  [
    "a secret",
    rosterWith("connector: { kind: matrix, matrix: { access_token: s3cret } }"),
    '1:38 connector/matrix/access_token: unknown key "access_token"; a secret goes to the environment or the credentials file',
  ],
  [
    "a key twice",
    agentWith("runtime: codex"),
    '5:5 agents/0/runtime: the key "runtime" stands on line 4 already',
  ],
  ["a key that is a number", agentWith("1: x"), '5:5 agents/0: the key "1" must be text; put it in quotes'],
  ["a missing key", "version: 1\nagents:\n  - runtime: pi\n", '3:5 agents/0/name: the key "name" is missing'],
  [
    "a missing version",
    "agents: [{name: a, runtime: pi}]",
    '1:1 version: the key "version" is missing; write "version: 1"',
  ],
  [
    "another version",
    "version: 2\nagents: [{name: a, runtime: pi}]",
    "1:10 version: unsupported version, the number 2; supported: 1",
  ],
  [
    "a version in quotes",
    'version: "1"\nagents: [{name: a, runtime: pi}]',
    '1:10 version: unsupported version, the text "1"; supported: 1',
  ],
  [
    "a boolean of YAML 1.1",
    agentWith("yolo: yes"),
    '5:11 agents/0/yolo: expected true or false, got the text "yes"; YAML 1.2 has no yes, no, on and off',
  ],
  [
    "a number in place of text",
    agentWith("class: 007"),
    '5:12 agents/0/class: expected text, got the number 007; put it in quotes: "007"',
  ],
  [
    "no value",
    agentWith("class:"),
    "5:11 agents/0/class: expected text, got nothing; give it a value or remove the key",
  ],
  ["a list in place of text", agentWith("class: [a]"), "5:12 agents/0/class: expected text, got a list"],
  ["a map in place of a list", "version: 1\nagents: {}", "2:9 agents: expected a list, got a map"],
  ["no agents", "version: 1\nagents: []", "2:9 agents: a roster has at least one agent"],
  ["a list in place of the roster", "- a", "1:1 (root): expected a map, got a list"],
  [
    "a bad name",
    "version: 1\nagents: [{name: Lead One, runtime: pi}]",
    '2:17 agents/0/name: "Lead One": not an agent name: use 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit',
  ],
  [
    "a name that is taken",
    "version: 1\nagents:\n  - {name: a, runtime: pi}\n  - {name: a, runtime: pi}",
    '4:12 agents/1/name: the agent name "a" is taken: line 3 and line 4 both use it',
  ],
  [
    "the holder's name",
    "version: 1\nagents: [{name: _holder, runtime: pi}]",
    '2:17 agents/0/name: "_holder" is the holder session\'s name (tmux.holder_session); take another',
  ],
  [
    "the name of a holder of one's own",
    "tmux: {holder_session: a}\nversion: 1\nagents: [{name: a, runtime: pi}]",
    '3:17 agents/0/name: "a" is the holder session\'s name (tmux.holder_session); take another',
  ],
  [
    "an unknown runtime",
    "version: 1\nagents: [{name: a, runtime: codx}]",
    '2:29 agents/0/runtime: unknown runtime "codx": neither built in (claude, codex, pi, opencode, canary) nor declared in runtimes with a command; did you mean "codex"?',
  ],
  [
    "a runtime whose name every object has",
    "version: 1\nruntimes: {}\nagents: [{name: a, runtime: constructor}]",
    '3:29 agents/0/runtime: unknown runtime "constructor": neither built in (claude, codex, pi, opencode, canary) nor declared in runtimes with a command',
  ],
  [
    "a runtime without a command",
    "version: 1\nruntimes: {mine: {reset_command: /new}}\nagents: [{name: a, runtime: mine}]",
    '3:29 agents/0/runtime: the runtime "mine" is declared without a command; add runtimes.mine.command',
  ],
  [
    "a runtime that nothing starts",
    rosterWith("runtimes: {claud: {reset_command: /new}}"),
    '1:12 runtimes/claud: the runtime "claud" is neither built in nor has a command; did you mean "claude"?',
  ],
  [
    "both spellings of a key",
    rosterWith("tmux: {socket_name: a, socketName: a}"),
    "1:24 tmux/socketName: socketName is another spelling of socket_name, which stands here too; keep one",
  ],
  [
    "a path in place of a socket's name",
    rosterWith("tmux: {socket_name: /tmp/x}"),
    '1:21 tmux/socket_name: "/tmp/x": not a tmux socket name: use 1 to 63 letters, digits, ., - and _ (a name for tmux -L, not a path)',
  ],
  [
    "a relative directory",
    agentWith("working_directory: src"),
    '5:24 agents/0/working_directory: "src": expected a directory that begins with / or ~/, on one line',
  ],
  [
    "an ssh option in place of a destination",
    agentWith("ssh: -oProxyCommand=x"),
    '5:10 agents/0/ssh: "-oProxyCommand=x": not an ssh destination: write [user@]host, without spaces and not beginning with -',
  ],
  [
    "a class that leaves its folder",
    agentWith("class: ../x"),
    '5:12 agents/0/class: "../x": not a class: use 1 to 63 letters, digits, - and _, beginning with a letter or a digit',
  ],
  [
    "a value that would add a line to an env file",
    agentWith('command: "a\\nb"'),
    '5:14 agents/0/command: "a\\u000ab": expected text on one line, without control characters',
  ],
  [
    "a control character",
    agentWith('alias: "a\\0b"'),
    '5:12 agents/0/alias: "a\\u0000b" holds a control character',
  ],
  [
    "half of a character",
    agentWith('alias: "\\ud800"'),
    '5:12 agents/0/alias: "\\ud800" holds half of a surrogate pair',
  ],
  [
    "a variable with its value",
    rosterWith("runtimes: {pi: {env: [A=b]}}"),
    '1:23 runtimes/pi/env/0: "A=b": not the name of an environment variable (the value stays out of the roster)',
  ],
  [
    "a misspelt connector",
    rosterWith("connector: {kind: matrix, matirx: {}}"),
    '1:27 connector/matirx: unknown key "matirx"; did you mean "matrix"?',
  ],
  [
    "a secret in a connector of another kind",
    rosterWith("connector: {kind: chat, chat: {a: [{bot_token: x}]}}"),
    '1:37 connector/chat/a/0/bot_token: "bot_token" is a secret, and a roster is a file to share; use the environment or the credentials file',
  ],
  [
    "connector settings that are no map",
    rosterWith("connector: {kind: chat, chat: x}"),
    '1:31 connector/chat: expected a map with the settings of "chat"',
  ],
  [
    "a number YAML has and JSON has not",
    rosterWith("connector: {kind: c, c: {n: .nan}}"),
    '1:29 connector/c/n: ".nan" is not a number a roster can hold',
  ],
  [
    "an alias without anchor",
    "version: 1\nagents: [*a]",
    '2:10 agents/0: the alias "*a" has no anchor before it',
  ],
  [
    "an alias inside its anchor",
    "version: 1\nagents: &a [*a]",
    '2:13 agents/0: the alias "*a" stands inside its own anchor',
  ],
  [
    "a tag",
    agentWith("class: !x y"),
    "5:12 (root): a tag (!) has no meaning in a roster; remove it, or put the text in quotes",
  ],
  [
    "a tab",
    "version: 1\nagents:\n\t- name: a",
    "3:1 (root): a tab indents this line; YAML allows only spaces",
  ],
  [
    "a colon in a plain text",
    agentWith("alias: a: b"),
    '5:12 (root): a second ": " on this line; put a text that contains ": " in quotes',
  ],
  [
    "a second document",
    rosterWith("") + "---\nversion: 1\n",
    "4:1 (root): a second YAML document begins here; a roster is one",
  ],
  ["nothing", "", '1:1 (root): the roster is empty; it begins with "version: 1"'],
  ["only comments", "# a\n# b\n", '1:1 (root): the roster is empty; it begins with "version: 1"'],
] as const)("%s is one problem, at its place", ([, text, problem]) => {
  expect(failure(text).message).toBe(`r.yaml:${problem}`);
});

test("every problem of a file is reported at once, in the order of the file", () => {
  const error = failure(`version: 3
zzz: 1
agents:
  - name: a
    runtme: claude
    name: b
  - name: a
    runtime: nope
    yolo: 1
`);
  expect(error.code).toBe("ROSTER_INVALID");
  expect(error.problems.map(({ path, line, column }) => `${String(line)}:${String(column)} ${path}`)).toEqual(
    [
      "1:10 version",
      "2:1 zzz",
      "5:5 agents/0/runtme",
      "6:5 agents/0/name",
      "7:11 agents/1/name",
      "8:14 agents/1/runtime",
      "9:11 agents/1/yolo",
    ],
  );
  expect(error.message.split("\n")).toHaveLength(error.problems.length);
  expect(error.problems[2]?.nearest).toEqual(["runtime"]);
  expect(error.hint).not.toBe("");
});

test("what stands before a syntax error is checked, and nothing is said to be missing", () => {
  const error = failure("version: 1\nzzz: 1\nagents:\n  - name: [\n");
  expect(error.problems[0]).toMatchObject({ path: "zzz", line: 2 });
  expect(error.message).not.toContain("missing");
  expect(error.message).toContain("not valid YAML");
});

test("problems beyond the first are counted", () => {
  const error = failure(`version: 1\nagents:\n${"  - {}\n".repeat(60)}`);
  expect(error.problems).toHaveLength(MAX_PROBLEMS);
  expect(error.omitted).toBe(120 - MAX_PROBLEMS);
  expect(error.message).toMatch(/^r\.yaml: and 70 more problems$/m);
});

test("text of the file is printed without what a terminal obeys", () => {
  const error = failure(agentWith('"\\e]0;x\\a\\u202e": 1', "alias: [\u009b31m]"));
  expect(error.message.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
