import { expect, test } from "vitest";
import { judgeRoster } from "./roster.ts";

const none = new Map<string, never>();

test.for([
  ["ROSTER_MISSING", "ROSTER_MISSING"],
  ["READ_FAILED", "ROSTER_UNREADABLE"],
  ["ROSTER_INVALID", "ROSTER_INVALID"],
  ["ROSTER_TOO_LARGE", "ROSTER_INVALID"],
] as const)("%s is found as %s, with its own words", ([code, expected]) => {
  const broken = { code, message: "this is so", mend: "do that" };
  expect(judgeRoster({ path: "/roster.yaml", broken })).toMatchObject([
    { code: expected, subject: "/roster.yaml", message: "this is so", mend: "do that" },
  ]);
});

test("seats that share what is wrong share a finding", () => {
  const found = judgeRoster({
    path: "/roster.yaml",
    seats: 3,
    missing: new Map([["/work", ["a", "b"]]]),
    personas: none,
  });
  expect(found).toMatchObject([
    { code: "WORKDIR_MISSING", subject: "/work", message: "the working directory of a, b is not there" },
  ]);
});
