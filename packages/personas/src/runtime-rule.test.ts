import { expect, test } from "vitest";
import { parseRuntimeRule, runtimeOf } from "./runtime-rule.ts";

const seat = { class: "code", multiplicity: 1, runtime: "codex", model_hint: "gpt-5.5" } as const;

test.for([
  ["code=codex:gpt-5.5", { class: "code", runtime: "codex", model_hint: "gpt-5.5" }],
  ["code=pi:anthropic/opus:high", { class: "code", runtime: "pi", model_hint: "anthropic/opus:high" }],
  ["*=canary", { class: "*", runtime: "canary" }],
] as const)("%s is a rule", ([text, rule]) => {
  expect(parseRuntimeRule(text)).toEqual(rule);
});

test.for([
  ["", 'there is no "=" in it'],
  ["code", 'there is no "=" in it'],
  ["=codex", '"" is not a class'],
  ["Code=codex", '"Code" is not a class'],
  ["../x=codex", '"../x" is not a class'],
  ["code=", '"" is not a runtime'],
  ["code=codec", '"codec" is not a runtime; did you mean "codex"?'],
  ["code=constructor", '"constructor" is not a runtime'],
  ["code=codex:", "the model is not text on one line"],
  ["code=codex:a\nb", "the model is not text on one line"],
  ["code=codex: a", "the model is not text on one line"],
] as const)("%j is refused with what is wrong and how a rule is written", ([text, problem]) => {
  expect(() => parseRuntimeRule(text)).toThrow(
    expect.objectContaining({
      code: "RUNTIME_RULE_INVALID",
      message: expect.stringContaining(problem),
      hint: expect.stringContaining("CLASS=RUNTIME"),
    }),
  );
});

test.for([
  ["a rule wins over the profile", ["code=pi:m"], { runtime: "pi", model_hint: "m" }],
  ["a rule without a model takes the profile's away", ["code=codex"], { runtime: "codex" }],
  ["the first of two rules wins", ["code=pi", "code=opencode"], { runtime: "pi" }],
  ["a star that stands first wins over the class", ["*=canary", "code=pi"], { runtime: "canary" }],
  ["a class that stands first wins over the star", ["code=pi", "*=canary"], { runtime: "pi" }],
  ["a rule for another class matches nothing", ["review=pi"], { runtime: "codex", model_hint: "gpt-5.5" }],
] as const)("%s", ([, rules, choice]) => {
  expect(runtimeOf(seat, rules.map(parseRuntimeRule))).toEqual(choice);
});

test("a seat that nothing is said about runs claude", () => {
  expect(runtimeOf({ class: "code", multiplicity: 1 }, [])).toEqual({ runtime: "claude" });
});
