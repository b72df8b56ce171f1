import { expect, test } from "vitest";
import { jsonOr } from "./option-values.ts";

test.for([
  ['{"commit":"1f3a"}', { commit: "1f3a" }],
  ['["runs"]', ["runs"]],
  ['"quoted"', "quoted"],
  ["42", 42],
  ["-0.5", -0.5],
  ["commit 1f3a", "commit 1f3a"],
  ["1234e12", "1234e12"],
  ["12e5678", "12e5678"],
  ["12345678901234567890", "12345678901234567890"],
] as const)("%s is kept, as JSON where that says the same", ([text, value]) => {
  expect(jsonOr(text)).toEqual(value);
});
