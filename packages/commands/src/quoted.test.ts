import { expect, test } from "vitest";
import { quoted } from "./quoted.ts";

test("a word of a command line is quoted", () => {
  expect(quoted("$3 ; #{pid}")).toBe("'$3 ; #{pid}'");
  expect(quoted("it's")).toBe("'it'\\''s'");
});
