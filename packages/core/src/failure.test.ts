import { expect, test } from "vitest";
import { failureOf } from "./failure.ts";

test.for([
  ["LIMIT", "rate_limit: You've hit your 5-hour limit · resets 5:54pm (UTC)"],
  ["LIMIT", "billing_error: Credit balance is too low"],
  ["LIMIT", "You’ve hit your usage limit. Upgrade to Pro or try again at 5:51 PM."],
  ["LIMIT", '429: {"message":"You exceeded your current quota","code":"insufficient_quota"}'],
  ["LIMIT", "Too Many Requests; tried again at 2026-11-21T17:00:00.000Z"],
  ["LOGIN", "authentication_failed: Please run /login · API Error: 401 OAuth token has expired."],
  ["LOGIN", '401: {"message":"Your authentication token has expired."}'],
  ["LOGIN", "unexpected status 401 Unauthorized"],
  ["FAILING", "overloaded: API Error: 529 Overloaded"],
  ["FAILING", "it does not say why"],
] as const)("%s is what is the matter with %s", ([flag, reason]) => {
  expect(failureOf({ state: "idle", reason })).toEqual({ flag, why: `its last turn failed: ${reason}` });
});

test("what is tried again is no turn that failed", () => {
  expect(failureOf({ state: "busy", reason: "Provider is overloaded" })?.why).toBe(
    "it tries again: Provider is overloaded",
  );
});

test.for([
  ["an idle agent", "idle", null],
  ["a busy agent", "busy", null],
  ["a question about a login", "blocked", "Bash: curl /login"],
] as const)("%s is no failure", ([, state, reason]) => {
  expect(failureOf({ state, reason })).toBeUndefined();
});
