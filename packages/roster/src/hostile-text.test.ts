import fc from "fast-check";
import { expect, test } from "vitest";
import { RosterError } from "./error.ts";
import { parseRoster } from "./parse-roster.ts";
import { MAX_ROSTER_LENGTH } from "./read-roster.ts";

/** @returns The code of the error, or `valid`. Anything but a RosterError passes through. */
function outcome(text: string): string {
  try {
    parseRoster(text, "test", { tenantId: "operator" });
    return "valid";
  } catch (error) {
    if (error instanceof RosterError) return error.code;
    throw error;
  }
}

/** Pieces of which YAML's grammar is made, so that random text gets past its first character. */
const piece = fc.constantFrom(
  ...Array.from("[]{},:-?#&*!|>'\"%@`~ \n\t\r\0"),
  ...[
    "a: ",
    "- ",
    "? ",
    ": ",
    "&a ",
    "*a",
    "!t ",
    "!!int ",
    "|\n ",
    ">-\n ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "# c\n",
  ],
  ...[
    "version: 1\n",
    "agents:\n",
    "  - name: a\n",
    "    runtime: pi\n",
    "<<: ",
    "__proto__: ",
    "constructor: ",
    "\ufeff",
  ],
  ...['"\\x', '"\\u12', "\\", "1", "null", "true", ".inf", "é", "\ud800", "\u2028", "  ", "    "],
);

test("text made of YAML's own pieces never makes the parser throw anything but its own error", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      outcome(pieces.join(""));
    }),
    { numRuns: 2000 },
  );
});

test("bytes decoded as text never make the parser throw anything but its own error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      outcome(new TextDecoder().decode(bytes));
    }),
    { numRuns: 1000 },
  );
});

test("a valid roster with a few characters replaced never makes the parser throw anything but its own error", () => {
  const valid =
    "version: 1\ntmux:\n  socket_name: fleet\nagents:\n  - name: a\n    runtime: pi\n    channels: [x, y]\n";
  const damage = fc.tuple(fc.nat(valid.length), piece);
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 5 }), (places) => {
      outcome(places.reduce((text, [at, by]) => text.slice(0, at) + by + text.slice(at + 1), valid));
    }),
    { numRuns: 2000 },
  );
});

const repeated = (unit: string, length: number): string => unit.repeat(Math.floor(length / unit.length));
const laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
for (let i = 1; i < 12; i++)
  laughs.push(`a${String(i)}: &a${String(i)} [${`*a${String(i - 1)}, `.repeat(9)}]`);

/** Far above what any of them needs, far below what the unguarded library needs for each. */
const MOMENT_MS = 4000;

test.for([
  ["10 MB", "ROSTER_TOO_LARGE", repeated("a: b\n", 10_000_000)],
  ["10 MB of one word", "ROSTER_TOO_LARGE", repeated("x", 10_000_000)],
  ["lists nested 100,000 deep", "ROSTER_INVALID", repeated("[", 100_000)],
  ["maps nested 100,000 deep", "ROSTER_INVALID", repeated("{a: ", 100_000)],
  ["blocks nested 50,000 deep", "ROSTER_INVALID", repeated("- ", 100_000)],
  [
    "blocks nested by indent",
    "ROSTER_INVALID",
    Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:\n`).join(""),
  ],
  ["a million laughs", "ROSTER_INVALID", laughs.join("\n")],
  [
    "a million laughs where any value may stand",
    "ROSTER_INVALID",
    `version: 1\nagents: [{ name: a, runtime: pi }]\nconnector:\n  kind: c\n  c:\n    ${laughs.join("\n    ")}`,
  ],
  ["aliases by the thousand", "ROSTER_INVALID", `a: &a [1, 2, 3]\nb: [${"*a, ".repeat(5000)}]`],
  [
    "a hundred thousand keys",
    "ROSTER_TOO_LARGE",
    Array.from({ length: 100_000 }, (_, i) => `k${String(i)}: 1\n`).join(""),
  ],
  [
    "twenty thousand unknown keys",
    "ROSTER_INVALID",
    Array.from({ length: 20_000 }, (_, i) => `k${String(i)}: 1\n`).join(""),
  ],
  ["one key twenty thousand times", "ROSTER_INVALID", repeated("version: 1\n", 220_000)],
  ["a thousand documents", "ROSTER_INVALID", repeated("---\na: b\n", 9000)],
  ["brackets that close nothing", "ROSTER_INVALID", repeated("]", MAX_ROSTER_LENGTH)],
  ["lists side by side", "ROSTER_INVALID", repeated("[]", MAX_ROSTER_LENGTH)],
  ["quotes", "ROSTER_TOO_LARGE", repeated('"', MAX_ROSTER_LENGTH)],
  ["escapes that are none", "ROSTER_INVALID", `a: "${repeated("\\q", MAX_ROSTER_LENGTH - 4)}`],
  ["tabs in a block of text", "ROSTER_INVALID", `- |\n ${repeated("\t\n", MAX_ROSTER_LENGTH - 8)}`],
  ["one long word", "ROSTER_INVALID", repeated("x", MAX_ROSTER_LENGTH)],
  ["one long key", "ROSTER_INVALID", `${repeated("x", MAX_ROSTER_LENGTH - 4)}: 1`],
  [
    "a long text with a line end",
    "ROSTER_INVALID",
    `tenant_id: |\n ${repeated("x", MAX_ROSTER_LENGTH - 20)}\n`,
  ],
  ["empty lines", "ROSTER_TOO_LARGE", repeated("\n", MAX_ROSTER_LENGTH)],
  ["NUL bytes", "ROSTER_INVALID", repeated("\0", 100_000)],
] as const)("%s ends in an error within a moment", ([, code, text]) => {
  const start = performance.now();
  expect(outcome(text)).toBe(code);
  expect(performance.now() - start).toBeLessThan(MOMENT_MS);
});

test("a thousand agents are a roster", () => {
  const agents = Array.from(
    { length: 1000 },
    (_, i) => `  - name: a${String(i)}\n    runtime: pi\n    class: code\n    yolo: false\n`,
  );
  expect(outcome(`version: 1\nagents:\n${agents.join("")}`)).toBe("valid");
});
