import { expect, test } from "vitest";
import { parseCommand } from "./command.ts";

test.for([
  ["help", { kind: "help" }],
  ["  status \n", { kind: "status" }],
  ["mute", { kind: "mute" }],
  ["unmute", { kind: "unmute" }],
  ["crash", { kind: "crash" }],
  ["slow 300ms", { kind: "slow", ms: 300 }],
  ["slow 5s", { kind: "slow", ms: 5_000 }],
  ["slow 0.5s", { kind: "slow", ms: 500 }],
  ["slow 2m", { kind: "slow", ms: 120_000 }],
  ["deaf 2s", { kind: "deaf", ms: 2_000 }],
  ["slow 1s\nand more", { kind: "slow", ms: 1_000 }],
  ['block "may I?"', { kind: "block", reason: "may I?" }],
  ["block 'may I?'", { kind: "block", reason: "may I?" }],
  ["block may I?", { kind: "block", reason: "may I?" }],
  ["exit", { kind: "exit", code: 0 }],
  ["exit 3", { kind: "exit", code: 3 }],
] as const)("%j is a command", ([text, command]) => {
  expect(parseCommand(text)).toEqual(command);
});

test.for([
  "slow",
  "slow banana",
  "slow 5",
  "slow 61m",
  "deaf",
  "block",
  'block ""',
  "exit 256",
  "exit -1",
  "exit now",
])("%j is answered with how to write it", (text) => {
  expect(parseCommand(text).kind).toBe("usage");
});

test.for([
  "",
  "hello",
  "help me with this",
  "status of the build?",
  "crash\nand burn",
  "Help",
  "/clear",
  "slowly",
])("%j is no command", (text) => {
  expect(parseCommand(text)).toEqual({ kind: "say" });
});
