import { expect, test } from "vitest";
import { CANARY, RUNTIMES, readScreen } from "./runtimes.ts";

test.for([
  "/opt/node/bin/node /opt/mosaic/dist/mosaic.js yolo canary",
  "/opt/node/bin/node /opt/mosaic/dist/mosaic.js yolo canary --model x",
  "node --enable-source-maps dist/mosaic.js canary",
  "/home/ada/my tools/node /home/ada/my tools/dist/mosaic.js canary --model x",
  "/home/ada/.config/mosaic/fleet/run/bin/mosaic yolo canary",
  "/bin/sh /home/ada/.config/mosaic/fleet/run/bin/mosaic yolo canary",
  "mosaic canary",
])("%s is the canary", (command) => {
  expect(CANARY.process.test(command)).toBe(true);
});

test.for([
  "vim canary.ts",
  "vim /opt/dist/mosaic.js canary",
  "/usr/bin/vim /opt/dist/mosaic.js canary",
  "tail -f canary.log",
  "tail -f mosaic canary",
  "bash",
  "-bash",
  "bash -c mosaic yolo canary",
  "/bin/sh -c mosaic yolo canary",
  "/bin/sh -c /opt/bin/mosaic yolo canary; exec bash",
  "sh -c exec mosaic canary",
  "grep mosaic canary",
  "node /opt/dist/mosaic.js fleet ps",
  "node /opt/dist/mosaic.js yolo claude canary",
  "node /opt/dist/mosaic.js canary-test",
  "node /opt/dist/editor.js /opt/dist/mosaic.js canary",
  "node /opt/dist/notmosaic.js canary",
  "node /opt/dist/mosaic.js agent send canary --message canary",
  "nodemon mosaic.js canary",
  "",
])("%s is not the canary", (command) => {
  expect(CANARY.process.test(command)).toBe(false);
});

test("a name that every object knows is not a runtime", () => {
  expect(["constructor", "__proto__", "toString"].map((name) => RUNTIMES[name])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(RUNTIMES.canary).toBe(CANARY);
});

const rule = "─".repeat(39);
const screen = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
const status = "  idle · 3 turns";

test.for([
  ["an empty composer", [rule, "›", rule, status], ""],
  ["an empty composer over blank rows of the screen", [rule, "›", rule, status, "", ""], ""],
  ["a draft", [rule, "› hello", rule, status], "hello"],
  ["a draft of two lines", [rule, "› one", "  two", rule, status], "one\ntwo"],
  ["a draft of empty lines only", [rule, "›", "", rule, status], "\n"],
  ["a draft that begins with a rule", [rule, "› ────", "  ────", rule, status], "────\n────"],
  ["a draft that begins with a prompt", [rule, "› › x", "  › y", rule, status], "› x\n› y"],
  ["a draft that is cut", [rule, "› one", "  two", "  … +7 lines", rule, status], "one\ntwo"],
  ["wide characters", [rule, "› 日本語", "  🙂", rule, status], "日本語\n🙂"],
  ["a busy agent", ["  ⠋ working, 3 s", rule, "› next", rule, "  busy · 1 turn · 2 queued"], "next"],
  ["a status with a hint", [rule, "›", rule, "  idle · 0 turns · muted    help, ctrl-d leaves"], ""],
  [
    "a message above that looks like a composer",
    ["▌ ─────", "▌ › fake", "▌ ─────", "  ─────", "  › fake", "  ─────", rule, "›", rule, status],
    "",
  ],
] as const)("%s is read off the screen", ([, lines, composer]) => {
  expect(readScreen(CANARY, screen(...lines))).toMatchObject({ composer, dialog: undefined });
});

test("a draft that is cut is told from one that is whole", () => {
  expect(readScreen(CANARY, screen(rule, "› one", "  … +1 line", rule, status)).hidden).toBe("below");
  expect(readScreen(CANARY, screen(rule, "› one", "  two", rule, status)).hidden).toBeUndefined();
});

test.for([
  ["one line", ["? deploy?", "  Allow? y/n"], "deploy?"],
  ["two lines", ["? deploy", "  it now?", "  Allow? y/n"], "deploy\nit now?"],
] as const)("a dialog of %s is read off the screen", ([, rows, dialog]) => {
  const lines = screen(rule, ...rows, rule, "  blocked · 1 turn");
  expect(readScreen(CANARY, lines)).toMatchObject({ composer: undefined, dialog });
});

test.for([
  ["an empty screen", [""]],
  ["a shell", ["$ cat x", "› hello", "$"]],
  ["a composer whose status is not drawn yet", [rule, "› hello", rule]],
  ["a composer with something else where its status was", [rule, "› hello", rule, "$ ls"]],
  ["a composer whose lower rule is not drawn yet", [rule, "› hello", status]],
  ["a composer whose upper rule is not drawn yet", ["text", "› hello", rule, status]],
  ["a stack trace below a composer", [rule, "›", rule, status, "Error: crash", "    at x.js:1"]],
  ["two rules with nothing between", [rule, "›", rule, rule, status]],
  ["transcript between the rules", [rule, "▌ hello", rule, status]],
  ["a row that does not belong to a composer", [rule, "› hello", "world", rule, status]],
  ["a dialog without its choice", [rule, "? deploy", rule, "  blocked · 1 turn"]],
] as const)("%s shows neither composer nor dialog", ([, lines]) => {
  expect(readScreen(CANARY, screen(...lines))).toMatchObject({ composer: undefined, dialog: undefined });
});
