import { expect, test } from "vitest";
import { followedLines } from "./followed-lines.ts";

test("a line comes once it is whole, also when a character was cut in two", () => {
  const taken = followedLines();
  const bytes = Buffer.from("größer\nzwei");
  expect(taken(bytes.subarray(0, 3))).toEqual([]);
  expect(taken(bytes.subarray(3))).toEqual(["größer"]);
  expect(taken(Buffer.from("\u001b[31m rot\r\nd"))).toEqual(["zwei rot"]);
});
