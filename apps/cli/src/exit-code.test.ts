import { expect, test } from "vitest";
import { EXIT, exitCodeOf } from "./exit-code.ts";

test("the exit codes are those that scripts were promised", () => {
  expect(EXIT).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    invalid: 3,
    notFound: 4,
    conflict: 5,
    unavailable: 6,
    unknown: 7,
    noLogin: 77,
    misconfigured: 78,
    interrupted: 130,
  });
});

test("an error code without a promise of its own is a failure", () => {
  expect(exitCodeOf("SOMETHING_NEW")).toBe(EXIT.failed);
});
