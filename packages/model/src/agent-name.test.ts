import { expect, test } from "vitest";
import { isAgentName, parseAgentName } from "./agent-name.ts";

test.for(["a", "0", "coder-1", "code_review", "1st", "a".repeat(63), "a-", "a_"])(
  "%j is an agent name",
  (name) => {
    expect(isAgentName(name)).toBe(true);
    expect(parseAgentName(name)).toBe(name);
  },
);

test.for([
  ...[
    "",
    "-a",
    "_holder",
    "_a",
    "A",
    "Coder",
    "a b",
    "a.b",
    "a:b",
    "=a",
    "a\n",
    "\na",
    "a;",
    "a/b",
    "..",
    "é",
    "a\0",
  ],
  "a".repeat(64),
])("%j is not an agent name, and the error tells what one is", (text) => {
  expect(isAgentName(text)).toBe(false);
  expect(() => parseAgentName(text)).toThrow(
    expect.objectContaining({
      name: "ModelError",
      code: "AGENT_NAME_INVALID",
      message: `${JSON.stringify(text)} is not an agent name`,
      hint: "Use 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit.",
    }),
  );
});
