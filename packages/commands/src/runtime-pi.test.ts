import { expect, test } from "vitest";
import type { RuntimeStart } from "./runtime-adapter.ts";
import { PI } from "./runtime-pi.ts";

const RULE = "─".repeat(60);
const footer = [RULE, "~/work", "0.0%/128k (auto)                    some-model"];
const screen = (top: string, ...rows: readonly string[]): string =>
  [" pi v0.87.1", "", " an older message", top, ...rows, ...footer, ""].join("\n");

test.for([
  ["an empty composer", screen(RULE, "\u001b[7m \u001b[0m"), { composer: "" }],
  ["a draft", screen(RULE, "one two"), { composer: "one two" }],
  ["a draft of lines, one of them empty", screen(RULE, "one", "", "two"), { composer: "one\n\ntwo" }],
  [
    "a draft with a rule in it",
    [
      "\u001b[38;5;239m" + RULE,
      "\u001b[39mone",
      RULE,
      "two",
      "\u001b[38;5;239m" + RULE,
      "~/work",
      "0.0%",
    ].join("\n"),
    { composer: `one\n${RULE}\ntwo` },
  ],
  ["a long paste", screen(RULE, "[paste #1 +32 lines]"), { collapsed: true }],
  ["a paste of one long line", screen(RULE, "[paste #2 1900 chars]"), { collapsed: true }],
  ["a text around a paste", screen(RULE, "see [paste #1 +32 lines]"), { collapsed: false }],
  [
    "the end of a draft that is too long",
    screen("────── ↑ 22 more ──────", "two", "three"),
    { composer: "two\nthree", hidden: "above", busy: false },
  ],
  [
    "that of a busy one",
    screen("── ⠦ Working ──────── ↑ 11 more ──────────────", "three"),
    { composer: "three", hidden: "above", busy: true },
  ],
  ["a busy one", screen(`── ⠇ Working ${RULE}`, "next"), { composer: "next", busy: true }],
  [
    "one that tries again",
    screen(`── ⠙ Retrying (2/3) in 3s... (escape to cancel) ${RULE}`, ""),
    { busy: true },
  ],
] as const)("%s is read off the screen", ([, shown, state]) => {
  expect(PI.look(shown)).toMatchObject({ dialog: undefined, ...state });
});

test("a picker is no composer", () => {
  const rows = [">", "→ ✓ some-model [loopback]", "  Enter to select · Escape/Ctrl+C to cancel"];
  expect(PI.look(screen(RULE, ...rows))).toMatchObject({
    composer: undefined,
    dialog: ">\n→ ✓ some-model [loopback]\nEnter to select · Escape/Ctrl+C to cancel",
  });
});

test.for([
  ["an empty screen", ""],
  ["a rule alone", `${RULE}\n`],
  ["a composer whose footer is not drawn yet", [RULE, "x", RULE].join("\n")],
  ["a shell under an older screen", ["one", "$ ls"].join("\n")],
] as const)("%s shows neither", ([, shown]) => {
  expect(PI.look(shown)).toMatchObject({ composer: undefined, dialog: undefined });
});

const start: RuntimeStart = {
  yolo: true,
  model: "loopback/some-model",
  contract: { text: "hi", file: "/run/c.md" },
  conversation: { id: "0b8a", resume: true },
  support: "/opt/runtime",
  folder: "/srv/work",
  root: true,
  args: ["--thinking", "high"],
  env: {},
};

test("a start carries the contract, the extension and the conversation", () => {
  expect(PI.program?.call(start).args.join(" ")).toBe(
    "--model loopback/some-model --append-system-prompt /run/c.md --extension /opt/runtime/pi.mjs --approve --session-id 0b8a --thinking high",
  );
});
