import { expect, test } from "vitest";
import { sampleRoster } from "../test/sample.ts";
import { unlaunchable } from "./unlaunchable.ts";

const why = (
  seat: Readonly<Record<string, unknown>>,
  runtimes: Readonly<Record<string, unknown>> = {},
  override?: string,
): string | undefined => {
  const roster = sampleRoster([], { agents: [{ name: "coder0", ...seat }], runtimes });
  const [agent] = roster.agents;
  if (!agent) throw new Error("the roster has no seat");
  return unlaunchable(roster, agent, override);
};

test.for(["claude", "codex", "pi", "opencode"])("%s without a command cannot be launched", (runtime) => {
  expect(why({ runtime })).toBe(
    `this version cannot launch the runtime ${runtime}: give runtimes.${runtime}.command, or provision with --runtime '*=canary'`,
  );
});

test("settings of a runtime that are no command do not help", () => {
  expect(why({ runtime: "claude" }, { claude: { reset_command: "/clear" } })).toContain("cannot launch");
});

test.for([
  ["the canary", { runtime: "canary" }, {}, undefined],
  ["a command of the seat", { runtime: "claude", command: "claude -c" }, {}, undefined],
  ["a command of the runtime", { runtime: "claude" }, { claude: { command: "claude -c" } }, undefined],
  ["a command in the env file", { runtime: "claude" }, {}, "claude -c"],
] as const)("%s can be launched", ([, seat, runtimes, override]) => {
  expect(why(seat, runtimes, override)).toBeUndefined();
});
