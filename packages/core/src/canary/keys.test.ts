import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_PASTE, choiceIn, createKeyReader, type Key } from "./keys.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (...chunks: readonly string[]): Key[] => {
  const reader = createKeyReader();
  return chunks.flatMap((chunk) => reader.read(bytes(chunk)));
};
const paste = (text: string): string => `\x1b[200~${text}\x1b[201~`;

/** Neighbouring text is one text: where a chunk ends decides how it comes. */
const joined = (keys: readonly Key[]): Key[] =>
  keys.reduce<Key[]>((all, key) => {
    const last = all.at(-1);
    if (key.kind !== "text" || last?.kind !== "text") return [...all, key];
    return [...all.slice(0, -1), { kind: "text", text: last.text + key.text }];
  }, []);

test.for([
  ["Enter", "\r", "enter"],
  ["Ctrl-J", "\n", "newline"],
  ["Alt-Enter", "\x1b\r", "newline"],
  ["Shift-Enter", "\x1b[13;2u", "newline"],
  ["Backspace", "\x7f", "backspace"],
  ["Delete", "\x1b[3~", "delete"],
  ["Ctrl-U", "\x15", "delete-line"],
  ["Ctrl-W", "\x17", "delete-word"],
  ["Alt-Backspace", "\x1b\x7f", "delete-word"],
  ["Ctrl-A", "\x01", "home"],
  ["Ctrl-E", "\x05", "end"],
  ["Home", "\x1b[H", "home"],
  ["End", "\x1b[F", "end"],
  ["Home of old terminals", "\x1b[1~", "home"],
  ["End of old terminals", "\x1b[4~", "end"],
  ["Up", "\x1b[A", "up"],
  ["Down", "\x1b[B", "down"],
  ["Right", "\x1b[C", "right"],
  ["Left", "\x1b[D", "left"],
  ["Left in application mode", "\x1bOD", "left"],
  ["Ctrl-Left", "\x1b[1;5D", "left"],
  ["Ctrl-C", "\x03", "interrupt"],
  ["Ctrl-D", "\x04", "leave"],
] as const)("%s is a key", ([, input, kind]) => {
  expect(read(input)).toEqual([{ kind }]);
});

test("text is text, and Enter stays apart from it", () => {
  expect(read("hällo 🙂\r")).toEqual([{ kind: "text", text: "hällo 🙂" }, { kind: "enter" }]);
});

test("a paste is one key: it keeps its newlines and presses no Enter", () => {
  expect(read(paste("one\r\ntwo\rthree\n"), "\r")).toEqual([
    { kind: "paste", text: "one\ntwo\nthree\n" },
    { kind: "enter" },
  ]);
});

test("nothing in a paste is a key or a sequence", () => {
  expect(read(paste("a\x03\x04\x15\x1b[31mb\x1b[200~c"))).toEqual([{ kind: "paste", text: "abc" }]);
});

test.for([
  ["an unknown sequence", "\x1b[99;9z"],
  ["a focus report", "\x1b[I"],
  ["a mouse report", "\x1b[<0;10;10M"],
  ["an answer about colours", "\x1b]11;rgb:0000/0000/0000\x07"],
  ["an answer that ends with ST", "\x1bP>|term\x1b\\"],
  ["Alt with a letter", "\x1bx"],
  ["Alt with an emoji", "\x1b🙂"],
  ["F1", "\x1bOP"],
  ["Ctrl-Z", "\x1a"],
  ["Tab", "\t"],
] as const)("%s is passed over, and what follows is read", ([, input]) => {
  expect(read(`${input}ok`)).toEqual([{ kind: "text", text: "ok" }]);
});

test("a lone Escape does nothing once it is known to be alone", () => {
  const reader = createKeyReader();
  expect(reader.read(bytes("\x1b"))).toEqual([]);
  expect(reader.escapePending).toBe(true);
  reader.drop();
  expect(reader.read(bytes("\r"))).toEqual([{ kind: "enter" }]);
});

test("an Escape shortly before Ctrl-C does not swallow it", () => {
  expect(read("\x1b\x03")).toEqual([{ kind: "interrupt" }]);
});

test("an Escape before a sequence does not spoil it", () => {
  expect(read("\x1b", paste("x"))).toEqual([{ kind: "paste", text: "x" }]);
});

test("a control sequence that is begun waits for its end, however long that takes", () => {
  const reader = createKeyReader();
  expect(reader.read(bytes("\x1b[20"))).toEqual([]);
  expect(reader.escapePending).toBe(false);
  expect(reader.read(bytes("0~a\x1b[201~"))).toEqual([{ kind: "paste", text: "a" }]);
});

test("it does not matter where the bytes are split", () => {
  const input = bytes(`é日🙂\x1b[A${paste("p🙂\n\x1b[201")}x\r\x1b\r${paste("")}\x1b[3~\x1bOHe\u0301`);
  const whole = joined(createKeyReader().read(input));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: input.length }), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), input.length];
      const reader = createKeyReader();
      const keys = places.flatMap((from, at) =>
        reader.read(input.subarray(from, places[at + 1] ?? input.length)),
      );
      expect(joined(keys)).toEqual(whole);
    }),
  );
});

test("every single byte may come alone", () => {
  const input = bytes(`é日🙂\x1b[A${paste("p🙂\nq")}x\r\x1b\r`);
  const reader = createKeyReader();
  const keys = [...input].flatMap((byte) => reader.read(Uint8Array.of(byte)));
  expect(joined(keys)).toEqual([
    { kind: "text", text: "é日🙂" },
    { kind: "up" },
    { kind: "paste", text: "p🙂\nq" },
    { kind: "text", text: "x" },
    { kind: "enter" },
    { kind: "newline" },
  ]);
});

test("whatever bytes come, no control character gets into a text", () => {
  const soup = fc.string({
    unit: fc.constantFrom(
      "\x1b",
      "[",
      "2",
      "0",
      "1",
      "~",
      "O",
      "]",
      "\x07",
      "\\",
      "a",
      "é",
      "\r",
      "\x03",
      "\u202e",
      "P",
    ),
    maxLength: 80,
  });
  fc.assert(
    fc.property(fc.array(soup, { maxLength: 5 }), (chunks) => {
      for (const key of read(...chunks)) {
        if ("text" in key) expect(key.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      }
    }),
  );
});

test("a paste that never ends is bounded, and its end is still found", () => {
  const reader = createKeyReader();
  reader.read(bytes("\x1b[200~"));
  const chunk = bytes("x".repeat(65_536));
  for (let sent = 0; sent < 2 * MAX_PASTE; sent += chunk.length) expect(reader.read(chunk)).toEqual([]);
  const [key, ...rest] = reader.read(bytes("\x1b[201~\r"));
  expect(key?.kind === "paste" && key.text.length).toBe(MAX_PASTE);
  expect(rest).toEqual([{ kind: "enter" }]);
});

test.for([
  ["y", true],
  ["Y", true],
  ["n", false],
  ["y\r", true],
  ["yes", undefined],
  ["\r", undefined],
  ["y\rmore", undefined],
  [paste("y"), undefined],
  [`y${paste("x")}`, undefined],
  ["", undefined],
] as const)("%j answers a question with %s", ([input, answer]) => {
  expect(choiceIn(read(input))).toBe(answer);
});
