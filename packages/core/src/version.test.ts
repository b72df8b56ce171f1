import { expect, test } from "vitest";
import { isOlder, versionIn } from "./version.ts";

test.for([
  ["3.1c", "3.2", true],
  ["3.2", "3.2", false],
  ["3.2a", "3.2", false],
  ["3.10", "3.9", false],
  ["next-3.6", "3.2", false],
  ["v18.20.4", "22.18", true],
  ["v22.18.0", "22.18", false],
  ["2.1.329", "2.1.330", true],
  ["master", "3.2", false],
] as const)("%s against %s", ([version, than, older]) => {
  expect(isOlder(version, than)).toBe(older);
});

test("the version stands somewhere in what a program says of itself", () => {
  expect(versionIn("codex-cli 0.61.2\n")).toBe("0.61.2");
  expect(versionIn("no number at all")).toBeUndefined();
});
