import { expect, test } from "vitest";
import type { RuntimeStart } from "./runtime-adapter.ts";
import { OPENCODE } from "./runtime-opencode.ts";

const FLOOR = `  ╹${"▀".repeat(60)}`;
const status = "   ~/work                       120  ctrl+p commands";
const boxed = (...rows: readonly string[]): string[] =>
  ["", ...rows, "", "Build · some-model loopback"].map((row) => (row === "" ? "  ┃" : `  ┃  ${row}`));
const screen = (box: readonly string[], under = status): string =>
  ["  ┃", "  ┃  an older message", "  ┃", "", "     an answer", "", ...box, FLOOR, under, ""].join("\n");

test.for([
  ["an empty composer", screen(boxed("")), { composer: "", busy: false }],
  ["a suggestion", screen(boxed('Ask anything… "Fix a TODO"')), { composer: "" }],
  ["a draft of lines", screen(boxed("one", "two")), { composer: "one\ntwo" }],
  [
    "a draft under the list of commands",
    screen(["  ┃ /new     New session        ┃", ...boxed("/new")]),
    { composer: "/new" },
  ],
  ["a long paste", screen(boxed("[Pasted ~13 lines]")), { collapsed: true }],
  ["a text before a paste", screen(boxed("see [Pasted ~13 lines]")), { collapsed: false }],
  ["a busy one", screen(boxed("next"), "   ⬝■■  esc interrupt"), { composer: "next", busy: true }],
  ["one half interrupted", screen(boxed(""), "   ⬝■■  esc again to interrupt"), { busy: true }],
] as const)("%s is read off the screen", ([, shown, state]) => {
  expect(OPENCODE.look(shown)).toMatchObject({ dialog: undefined, ...state });
});

test("a question is no composer, and its text is what stands in its box", () => {
  const shown = [
    "     ▣  Build · some-model",
    "",
    "  ┃  △ Permission required",
    "  ┃",
    "  ┃  $ touch x",
    "  ┃",
    "  ┃   Allow once   Allow always   Reject          ⇆ select  enter confirm",
    "  ┃",
  ].join("\n");
  expect(OPENCODE.look(shown)).toMatchObject({
    composer: undefined,
    dialog: "△ Permission required\n$ touch x",
  });
});

test("a window over the screen takes the keys", () => {
  const head = `  ┃${" ".repeat(20)}Commands${" ".repeat(20)}esc`;
  expect(OPENCODE.look(`${head}\n${screen(boxed(""))}`)).toMatchObject({
    composer: undefined,
    dialog: "Commands",
  });
});

test.for([
  ["an empty screen", ""],
  ["a composer that is not drawn to its end", boxed("x").join("\n")],
] as const)("%s shows neither", ([, shown]) => {
  expect(OPENCODE.look(shown)).toMatchObject({ composer: undefined, dialog: undefined });
});

const start: RuntimeStart = {
  yolo: true,
  model: undefined,
  contract: { text: "hi", file: "/run/c.md" },
  conversation: undefined,
  support: "/opt/my runtime",
  folder: "/srv/work",
  root: true,
  args: [],
  env: { OPENCODE_CONFIG_CONTENT: '{"theme":"nord","instructions":["A.md"]}' },
};

test("a start joins the operator's own configuration with the contract and the plugin", () => {
  const { args, joined } = OPENCODE.program?.call(start) ?? {};
  expect(args).toEqual(["--auto"]);
  expect(JSON.parse(joined?.OPENCODE_CONFIG_CONTENT ?? "")).toEqual({
    theme: "nord",
    instructions: ["A.md", "/run/c.md"],
    plugin: ["file:///opt/my%20runtime/opencode.mjs"],
  });
});

test("a configuration that is no object is refused", () => {
  for (const text of ["[]", "nord", "null"]) {
    expect(() => OPENCODE.program?.call({ ...start, env: { OPENCODE_CONFIG_CONTENT: text } })).toThrow(
      SyntaxError,
    );
  }
});

test("a conversation that was recorded goes on", () => {
  const call = OPENCODE.program?.call({ ...start, conversation: { id: "ses_1", resume: true }, env: {} });
  expect(call?.args).toEqual(["--auto", "--session", "ses_1"]);
});
