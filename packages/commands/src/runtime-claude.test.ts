import { expect, test } from "vitest";
import { CLAUDE } from "./runtime-claude.ts";
import type { RuntimeStart } from "./runtime-adapter.ts";

const rule = "─".repeat(60);
const screen = (...lines: readonly string[]): string => `${lines.join("\n")}\n\n\n`;
const idle = "  ⏵⏵ bypass permissions on (shift+tab to cycle) · ← for agents";
const busy = "  ⏵⏵ bypass permissions on (shift+tab to cycle) · esc to interrupt";

test.for([
  ["an empty composer", [rule, "❯\u00a0", rule, idle], { composer: "", busy: false }],
  ["a busy one", ["✽ Pondering… (3s)", rule, "❯\u00a0", rule, busy], { composer: "", busy: true }],
  ["a draft of two lines", [rule, "❯\u00a0one", "  two", rule, idle], { composer: "one\ntwo" }],
  [
    "a suggestion",
    [rule, "❯\u00a0\u001b[7mP\u001b[0;2mress up to edit queued messages\u001b[0m", rule, busy],
    { composer: "" },
  ],
  [
    "a long paste",
    [rule, "❯\u00a0[Pasted text #2 +37 lines]", rule, "  paste again to expand"],
    { collapsed: true },
  ],
  [
    "a paste behind a draft",
    [rule, "❯\u00a0see [Pasted text #2 +37 lines]", rule, idle],
    { collapsed: false },
  ],
  [
    "the end of a draft that is too long",
    [`\u001b[38;5;244m───\u001b[39m \u001b[2m↑ 3 more\u001b[0m ${rule}`, "  one", "  two", rule, idle],
    { composer: "one\ntwo", hidden: "above" },
  ],
  ["a whole draft", [rule, "❯\u00a0one", rule, idle], { hidden: undefined }],
  ["a composer without its status", [rule, "❯\u00a0x", rule], { composer: "x" }],
] as const)("%s is read off the screen", ([, lines, state]) => {
  expect(CLAUDE.look(screen("❯ an older message", "", "● an answer", "", ...lines))).toMatchObject({
    dialog: undefined,
    ...state,
  });
});

test.for([
  [
    "a permission",
    [
      "  ⎿  $ touch x",
      rule,
      " Bash command",
      "   touch x",
      " Do you want to proceed?",
      " ❯ 1. Yes",
      "   2. No",
      "",
      " Esc to cancel",
    ],
    "Bash command\ntouch x\nDo you want to proceed?\n❯ 1. Yes\n2. No\nEsc to cancel",
  ],
  [
    "the trust in a folder",
    [rule, " Accessing workspace:", " ❯ No, exit", "   Yes, I trust this folder"],
    "Accessing workspace:\n❯ No, exit\nYes, I trust this folder",
  ],
  [
    "waiting for a limit's end",
    ["  ⎿  You've hit your limit", "▔".repeat(60), "  Wait?", "", "  ❯ 1. Stop", "    2. Wait here"],
    "Wait?\n❯ 1. Stop\n2. Wait here",
  ],
  [
    "the first of all starts, without a rule,",
    [" Choose the text style that looks best", " ❯ ✔ Auto", "     Dark mode"],
    "Choose the text style that looks best\n❯ ✔ Auto\nDark mode",
  ],
] as const)("a dialog about %s is no composer", ([, lines, dialog]) => {
  expect(CLAUDE.look(screen(...lines))).toMatchObject({ composer: undefined, dialog });
});

test.for([
  ["an empty screen", [""]],
  ["a shell", ["$ claude", "❯ x"]],
  ["a half drawn composer", ["text", rule, idle]],
  ["an older message between rules of an answer", ["❯ hello", "  ───", "  text"]],
] as const)("%s shows neither", ([, lines]) => {
  expect(CLAUDE.look(screen(...lines))).toMatchObject({ composer: undefined, dialog: undefined });
});

const start: RuntimeStart = {
  yolo: true,
  model: "opus",
  contract: { text: "Be kind.", file: "/home/ada/run/c.md" },
  conversation: { id: "7d0c", resume: false },
  support: "/opt/it's here/runtime",
  folder: "/srv/work",
  root: false,
  args: ["--add-dir", "/srv/more"],
  env: {},
};

test("a start carries contract, hooks, model and conversation, and what the caller adds comes last", () => {
  const { args, env } = CLAUDE.program?.call(start) ?? { args: [], env: {} };
  const settings = JSON.parse(args[args.indexOf("--settings") + 1] ?? "") as {
    hooks: Record<string, unknown>;
  };
  expect(args.toSpliced(args.indexOf("--settings") + 1, 1)).toEqual([
    "--dangerously-skip-permissions",
    ...["--model", "opus"],
    ...["--append-system-prompt-file", "/home/ada/run/c.md"],
    ...["--system-prompt-snapshot", "off"],
    "--settings",
    ...["--session-id", "7d0c"],
    ...["--add-dir", "/srv/more"],
  ]);
  expect(settings.hooks.Stop).toEqual([
    { hooks: [{ type: "command", command: "sh '/opt/it'\\''s here/runtime/report.sh' done" }] },
  ]);
  expect(env).not.toHaveProperty("IS_SANDBOX");
});

test("root may skip permissions only in what calls itself a sandbox", () => {
  expect(CLAUDE.program?.call({ ...start, root: true }).env).toMatchObject({ IS_SANDBOX: "1" });
});

test("a conversation that was recorded goes on, and without yolo nothing is skipped", () => {
  const { args } = CLAUDE.program?.call({
    ...start,
    yolo: false,
    conversation: { id: "7d0c", resume: true },
  }) ?? { args: [] };
  expect(args).toEqual(expect.arrayContaining(["--resume", "7d0c"]));
  expect(args.join(" ")).not.toMatch(/--session-id|dangerously|skipDangerous/);
});

const answer = (text: string | undefined, env: Readonly<Record<string, string>> = {}): unknown => {
  const answered = CLAUDE.program?.firstRun?.answer(text, "/srv/work", env);
  return answered && { ...answered, text: JSON.parse(answered.text) as unknown };
};

test("the first run is answered for one folder, and all else in the file stays", () => {
  const before = {
    userID: "u",
    projects: { "/srv/other": { hasTrustDialogAccepted: false }, "/srv/work": { a: 1 } },
  };
  expect(answer(JSON.stringify(before))).toEqual({
    added: expect.arrayContaining(["the folder /srv/work is trusted"]),
    text: {
      userID: "u",
      hasCompletedOnboarding: true,
      hasSeenAutoDefaultNudge: true,
      projects: {
        "/srv/other": { hasTrustDialogAccepted: false },
        "/srv/work": { a: 1, hasTrustDialogAccepted: true },
      },
    },
  });
  expect(answer(undefined)).toMatchObject({ text: { hasCompletedOnboarding: true } });
});

test("what was answered is not answered again, and a file that is none of claude's is refused", () => {
  const { text } = CLAUDE.program?.firstRun?.answer(undefined, "/srv/work", {}) ?? { text: "" };
  expect(answer(text)).toBeUndefined();
  for (const broken of ["[]", "{", "7"]) expect(() => answer(broken)).toThrow(SyntaxError);
});

test("the key of the agent's environment is approved, unless a person has decided about it", () => {
  const env = { ANTHROPIC_API_KEY: `sk-ant-${"0123456789".repeat(3)}` };
  const key = "0123456789".repeat(2);
  expect(answer(undefined, env)).toMatchObject({
    added: expect.arrayContaining([expect.stringContaining("ANTHROPIC_API_KEY")]),
    text: { customApiKeyResponses: { approved: [key], rejected: [] } },
  });
  expect(answer(undefined, env)).toMatchObject({
    added: expect.not.arrayContaining([expect.stringContaining(key)]),
  });
  const decided = '{"customApiKeyResponses":{"approved":["x"],"rejected":["01234567890123456789"]}}';
  expect(answer(decided, env)).toMatchObject({
    text: { customApiKeyResponses: { approved: ["x"], rejected: [key] } },
  });
});
