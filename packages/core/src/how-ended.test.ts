import { expect, test } from "vitest";
import { signalOf } from "./how-ended.ts";

test.for([
  ["no signal", null, null],
  ["its number, as on Linux", "9", "SIGKILL"],
  ["its name, as on macOS", "kill", "SIGKILL"],
  ["a number without a name", "99", "signal 99"],
] as const)("tmux prints %s", ([, exitSignal, signal]) => {
  expect(signalOf({ exitSignal })).toBe(signal);
});
