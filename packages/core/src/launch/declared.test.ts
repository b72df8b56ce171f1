import { expect, test } from "vitest";
import { isBareShell, launchedBy, runsDeclared } from "./declared.ts";

test.for([
  "sh",
  "-bash",
  "-zsh",
  "/bin/sh",
  "/usr/bin/bash",
  "bash -i",
  "bash -l",
  "-bash -il",
  "zsh -li",
  "bash --login",
  "bash --noprofile --norc",
  "bash --rcfile /tmp/rc -i",
  "bash -o vi",
  "zsh -f",
  "sh -s",
  "fish",
  "dash",
  "ksh",
  "busybox sh",
  "/bin/busybox ash",
  " bash ",
])("%s waits for a person to type", (command) => {
  expect(isBareShell(command)).toBe(true);
});

test.for([
  "bash script.sh",
  "/bin/sh /opt/agent",
  "sh -c sleep 60",
  "sh -c",
  "bash -lc run",
  "bash -l -c run",
  "bash -l script.sh",
  "fish --command=run",
  "shellcheck",
  "/opt/sh/agent",
  "ssh oak",
  "node /opt/bash",
  "",
])("%s does not", (command) => {
  expect(isBareShell(command)).toBe(false);
});

const CANARY = "/opt/node /opt/mosaic.js yolo canary";

test.for([
  ["the canary that the roster asks for", "canary", undefined, CANARY, true],
  ["a shell in its place", "canary", undefined, "bash", false],
  ["an editor in its place", "canary", undefined, "vim mosaic canary", false],
  ["a runtime nobody knows, as long as it is no shell", "other", undefined, "other --flag", true],
  ["a shell in the place of a runtime nobody knows", "other", undefined, "-bash", false],
  ["a command of the operator's", "canary", "python agent.py", "python agent.py", true],
  ["a shell in the place of a command", "canary", "python agent.py", "bash", false],
  ["a shell that the roster asks for", "canary", "bash -i", "bash -i", true],
] as const)("%s", ([, runtime, command, running, declared]) => {
  expect(runsDeclared(runtime, command, running)).toBe(declared);
});

test.for([
  ["mosaic claude", "claude"],
  ["exec mosaic yolo codex -m x", "codex"],
  ['mosaic claude --add-dir "$HOME/more"', "claude"],
  ["mosaic claude; sleep 1", undefined],
  ["test -e ready && mosaic claude", undefined],
  ["mosaic claude --print | tee log", undefined],
  ["my-mosaic claude", undefined],
  ["claude", undefined],
] as const)("%s is a launch of %s", ([commandLine, runtime]) => {
  expect(launchedBy(commandLine)).toBe(runtime);
});
