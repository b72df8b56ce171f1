import { expect, test } from "vitest";
import { countTests } from "./count-tests.ts";

const file = (
  status: string,
  ...statuses: string[]
): { status: string; assertionResults: { status: string }[] } => ({
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

test("what neither passed nor failed was skipped", () => {
  const testResults = [
    file("failed", "passed", "failed", "skipped", "pending"),
    file("passed", "passed", "todo"),
  ];
  expect(countTests({ testResults })).toBe("2 passed, 1 failed, 3 skipped");
});

test("a file that could not run is a failure", () => {
  expect(countTests({ testResults: [file("failed"), file("passed", "passed")] })).toBe(
    "1 passed, 1 failed, 0 skipped",
  );
  expect(countTests({ testResults: [file("failed", "skipped")] })).toBe("0 passed, 1 failed, 1 skipped");
});
