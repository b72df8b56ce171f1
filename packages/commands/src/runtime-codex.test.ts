import { expect, test } from "vitest";
import type { RuntimeStart } from "./runtime-adapter.ts";
import { CODEX } from "./runtime-codex.ts";

const screen = (...lines: readonly string[]): string => `${lines.join("\n")}\n\n`;
const footer = ["", "  some-model default · /srv/work", "  ← for agents · ? for shortcuts"];

test.for([
  ["a suggestion", ["\u001b[1m›\u001b[0m \u001b[2mAsk Codex to do anything\u001b[0m"], { composer: "" }],
  ["a draft", ["› one two"], { composer: "one two" }],
  [
    "a composer under a message that counts",
    ["› 1. one", "  2. two", "", "• done", "", "›"],
    { composer: "" },
  ],
  ["a draft of lines, one of them empty", ["› one", "", "  two"], { composer: "one\n\ntwo" }],
  ["a draft that counts", ["› 1. Yes"], { composer: "1. Yes" }],
  ["a long paste", ["› [Pasted Content 1928 chars]"], { collapsed: true }],
  ["a busy one", ["◦ Working (1s • esc to interrupt)", "", "› next"], { composer: "next", busy: true }],
] as const)("%s is read off the screen", ([, lines, state]) => {
  expect(CODEX.look(screen("› an older message", "", "• an answer", "", ...lines, ...footer))).toMatchObject({
    dialog: undefined,
    ...state,
  });
});

const scrolled = ["\u001b[1m›\u001b[0m one    \u001b[2m↑", "\u001b[0m  two", "  three"];
test.for([
  ["without a footer", scrolled, "one\ntwo\nthree"],
  ["with a full first row", ["› one\u001b[2m↑", "\u001b[0m  two"], "one\ntwo"],
  ["with one", [...scrolled, ...footer], "one\ntwo\nthree"],
] as const)("the end of a draft that is too long is read off a screen %s", ([, lines, composer]) => {
  expect(CODEX.look(screen("• an answer", "", ...lines))).toMatchObject({ composer, hidden: "above" });
});

test("a draft that fills the screen to its last row but one has no footer", () => {
  expect(CODEX.look("• an answer\n\n› one\n  two\n\n")).toMatchObject({
    composer: "one\ntwo",
    hidden: undefined,
  });
});

test("an arrow that somebody typed is a part of the draft", () => {
  const state = CODEX.look(screen("", "› one ↑", ...footer));
  expect(state).toMatchObject({ composer: "one ↑", hidden: undefined });
});

test.for([
  [
    "the rows of what it failed with",
    ["› hello", "", "", "■ No more today. See https://a.b/", "c or try at 5 PM.", "", ""],
    "No more today. See https://a.b/ c or try at 5 PM.",
  ],
  ["an interrupt", ["› hello", "", "■ Conversation interrupted - tell the model what to do", ""], undefined],
  ["what an older turn failed with", ["■ No more today.", "", "› hello", "", "• hi", ""], undefined],
  ["a square in an answer", ["› hello", "", "• a list", "  ■ one", ""], undefined],
] as const)("%s: the failure of the last turn", ([, lines, failure]) => {
  expect(CODEX.look(screen(...lines, "›", ...footer))).toMatchObject({ composer: "", failure });
});

test("a dialog is no composer, and its text is what stands under the transcript", () => {
  const lines = [
    "• Running touch x",
    "",
    "  Would you like to run it?",
    "",
    "  $ touch x",
    "",
    "› 1. Yes (y)",
    "  2. No (esc)",
    "",
    "  Press enter to confirm",
  ];
  expect(CODEX.look(screen(...lines))).toMatchObject({
    composer: undefined,
    dialog: "Would you like to run it?\n$ touch x\n› 1. Yes (y)\n2. No (esc)\nPress enter to confirm",
  });
});

test("the login is a dialog, which has no composer above it", () => {
  const lines = [
    "",
    "  Choose how.",
    "",
    "> 1. Sign in",
    "     with a plan",
    "",
    "  2. Sign in another way",
    "",
  ];
  expect(CODEX.look(screen(...lines, "  Press enter to continue"))).toMatchObject({
    composer: undefined,
    dialog: "Choose how.\n> 1. Sign in\nwith a plan\n2. Sign in another way\nPress enter to continue",
  });
});

test.for([
  ["an empty screen", [""]],
  ["a composer whose footer is not drawn yet", ["› x", ""]],
  ["a composer of one that loads", ["›", "", "  ? for shortcuts"]],
  ["an older message with a shell under it", ["› x", "", "$ ls"]],
] as const)("%s shows neither", ([, lines]) => {
  expect(CODEX.look(screen(...lines))).toMatchObject({ composer: undefined, dialog: undefined });
});

const start: RuntimeStart = {
  yolo: false,
  model: undefined,
  contract: { text: 'Say "hi".\n', file: "/run/c.md" },
  conversation: undefined,
  support: "/opt/runtime",
  folder: '/srv/my "work"',
  root: true,
  args: ["--search"],
  env: {},
};

test("a start leaves no server behind, trusts one folder for this run, and carries the contract", () => {
  const { args } = CODEX.program?.call(start) ?? { args: [] };
  expect(args).toEqual(
    expect.arrayContaining([
      "--no-daemon",
      'developer_instructions="Say \\"hi\\".\\n"',
      'projects={"/srv/my \\"work\\""={trust_level="trusted"}}',
      `hooks.Stop=[{hooks=[{type="command",command="sh '/opt/runtime/report.sh' done"}]}]`,
    ]),
  );
  expect(args.at(-1)).toBe("--search");
});

test("a conversation that was recorded goes on, whatever the caller adds", () => {
  const { args } = CODEX.program?.call({
    ...start,
    yolo: true,
    conversation: { id: "01a1", resume: true },
  }) ?? { args: [] };
  expect(args.slice(-3)).toEqual(["--search", "resume", "01a1"]);
  expect(args).toContain("--dangerously-bypass-approvals-and-sandbox");
});
