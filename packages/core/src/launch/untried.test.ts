import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";
import { expect, test } from "vitest";
import { untried } from "./untried.ts";

const [major = 0, minor = 0, patch = 0] = (RUNTIMES.claude?.program?.tried ?? "").split(".").map(Number);
const version = (by: number): string => [major, minor, patch + by].join(".");

test.for([
  ["the version it was tried with", version(0), [], undefined],
  ["an older one", version(-1), [], "older than"],
  ["an older one that did not start", version(-1), ["coder0"], "older than"],
  ["a newer one that started", version(1), ["pi0"], undefined],
  ["a newer one that did not start", version(1), ["coder1"], "newer than"],
  ["one that does not say", undefined, ["coder0"], undefined],
] as const)("of %s", ([, found, failed, said]) => {
  const program = RUNTIMES.claude?.program;
  if (!program) throw new Error("claude is a program");
  const remarks = untried(
    [{ file: "/bin/claude", program, seats: ["coder0", "coder1"], version: found }],
    failed,
  );
  expect(remarks).toEqual(
    said === undefined
      ? []
      : [expect.stringContaining(`/bin/claude, which starts coder0, coder1, is ${found}, ${said}`)],
  );
});
