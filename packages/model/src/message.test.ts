import fc from "fast-check";
import { expect, test } from "vitest";
import { MESSAGE_ID_PATTERN, formatAddress, formatMessage, headerLabel, parseMessage } from "./message.ts";

const ids = fc.stringMatching(MESSAGE_ID_PATTERN);
const labels = fc
  .string({ unit: "binary" })
  .map(headerLabel)
  .filter((label) => label !== "");
const names = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,62}$/);
const addresses = fc.record({ host: names, session: names }).map(formatAddress);
const messages = fc.record({
  from: fc.oneof(labels, addresses),
  to: fc.oneof(labels, addresses),
  id: ids,
  text: fc.string({ unit: "binary" }),
});

test("a message is its header and its text", () => {
  const from = formatAddress({ host: "host", session: "operator" });
  const to = formatAddress({ host: "host", session: "coder-1" });
  const message = { from, to, id: "m1", text: "!rm -rf /" };
  expect(formatMessage(message)).toBe("[host:operator -> host:coder-1 #m1] !rm -rf /");
});

test("what is formatted is parsed back", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(parseMessage(formatMessage(message))).toEqual(message);
    }),
    { numRuns: 1000 },
  );
});

test.for([
  ["an empty text", "[a:b -> c:d #1] ", ""],
  ["an empty text whose last space was lost on the way", "[a:b -> c:d #1]", ""],
  ["a text that begins with white space", "[a:b -> c:d #1]  \n x", " \n x"],
  ["a text with a header of its own", "[a:b -> c:d #1] [e:f -> g:h #2] x", "[e:f -> g:h #2] x"],
] as const)("%s", ([, written, text]) => {
  expect(parseMessage(written)).toEqual({ from: "a:b", to: "c:d", id: "1", text });
});

test.for([
  "",
  "hello",
  " [a:b -> c:d #1] x",
  "\n[a:b -> c:d #1] x",
  "[a:b -> c:d] x",
  "[a:b - c:d #1] x",
  "[a:b -> c:d #] x",
  "[a:b -> c:d #-1] x",
  "[a:b -> c:d #a b] x",
  `[a:b -> c:d #${"a".repeat(65)}] x`,
  "[a:b\n -> c:d #1] x",
  "[ -> c:d #1] x",
])("%j has no header", (text) => {
  expect(parseMessage(text)).toBeUndefined();
});

test.for([
  ["alice@example.org", "alice@example.org"],
  ["host:session", "host:session"],
  ["a b] -> [c #1", "abc1"],
  ["x->y", "xy"],
  ["é日本", "é日本"],
  ["\u001b[31mred\u202e\n", "31mred"],
  ["-> []#!", ""],
] as const)("the label %j becomes %j", ([label, expected]) => {
  expect(headerLabel(label)).toBe(expected);
});

test("a label ends after 80 characters and never within one", () => {
  expect(headerLabel("x".repeat(100))).toHaveLength(80);
  expect(headerLabel(`x${"𝒜".repeat(100)}`)).toBe(`x${"𝒜".repeat(79)}`);
});

test.for([
  ["arrows and ids", "[a -> b #c".repeat(6_554)],
  ["arrows", `[a${" -> a".repeat(13_107)}`],
  ["ids", `[a -> b${" #c".repeat(21_845)}`],
] as const)("64 KiB of %s are read in no time", ([, text]) => {
  const startedAt = performance.now();
  expect(parseMessage(text)).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(100);
});
