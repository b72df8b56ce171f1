import fc from "fast-check";
import { expect, test } from "vitest";
import { HEARTBEAT_STATES, parseHeartbeat, serializeHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { isFleetError } from "./error.ts";
import { sanitize } from "./sanitize.ts";

const HEARTBEAT: Heartbeat = {
  version: 1,
  agent: "coder-1",
  tenant_id: "local",
  host: "host",
  pid: 4711,
  runtime: "canary",
  session_id: null,
  state: "idle",
  reason: null,
  since: 1_700_000_000_000,
  ts: 1_700_000_001_000,
  interval: 5_000,
  contract: null,
  card: null,
};

/** What a terminal only prints, on one line. */
const text = fc.string({ unit: "binary" }).map((any) => sanitize(any).replace(/[\n\t]/g, " "));
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const textOrNull = fc.option(text);
const heartbeats: fc.Arbitrary<Heartbeat> = fc.record({
  version: fc.constant(1 as const),
  agent: text,
  tenant_id: text,
  host: text,
  pid: count,
  runtime: text,
  session_id: textOrNull,
  state: fc.constantFrom(...HEARTBEAT_STATES),
  reason: textOrNull,
  since: count,
  ts: count,
  interval: fc.integer({ min: 1, max: 3_600_000 }),
  contract: textOrNull,
  card: textOrNull,
});

test("the first version of the file is read", () => {
  const file =
    '{"version":1,"agent":"coder-1","tenant_id":"local","host":"host","pid":4711,"runtime":"canary",' +
    '"session_id":null,"state":"idle","reason":null,"since":1700000000000,"ts":1700000001000,"interval":5000,' +
    '"contract":null,"card":null}\n';
  expect(parseHeartbeat(file)).toEqual(HEARTBEAT);
  expect(serializeHeartbeat(HEARTBEAT)).toBe(file);
});

test("what is written is read back, as one line", () => {
  fc.assert(
    fc.property(heartbeats, (heartbeat) => {
      const written = serializeHeartbeat(heartbeat);
      expect(written.indexOf("\n")).toBe(written.length - 1);
      expect(parseHeartbeat(written)).toEqual(heartbeat);
    }),
  );
});

test.for(["agent", "tenant_id", "host", "runtime", "session_id", "reason", "contract", "card"])(
  "%s carries nothing that a terminal acts on, and is one line",
  (key) => {
    const hostile = "\x1b]0;title\x07a\x1b[2J\r\n\tb\x9b31mc\u202ed\x1b[201~";
    expect(parseHeartbeat(JSON.stringify({ ...HEARTBEAT, [key]: hostile }))).toEqual({
      ...HEARTBEAT,
      [key]: "a bcd",
    });
  },
);

test("a text without end is cut, and no character in two", () => {
  const { reason } = parseHeartbeat(
    JSON.stringify({ ...HEARTBEAT, reason: `${"x".repeat(499)}🙂${"y".repeat(9e5)}` }),
  );
  expect(reason).toBe(`${"x".repeat(499)}\ufffd`);
});

test.for<[string, Record<string, unknown>, string]>([
  ["another version", { version: 2 }, "version"],
  ["an unknown state", { state: "sleeping" }, "state"],
  ["a state of an object's own", { state: "constructor" }, "state"],
  ["a pid that is a text", { pid: "4711" }, "pid"],
  ["a negative time", { ts: -1 }, "ts"],
  ["an interval of nothing", { interval: 0 }, "interval"],
  ["a missing field", { card: undefined }, "card"],
  ["several", { agent: 1, reason: 2, since: null }, "agent, reason, since"],
])("%s is wrong, and named", ([, changes, wrong]) => {
  expect(() => parseHeartbeat(JSON.stringify({ ...HEARTBEAT, ...changes }))).toThrow(
    expect.objectContaining({ code: "HEARTBEAT_INVALID", message: `heartbeat with wrong ${wrong}` }),
  );
});

test("a number beyond all numbers is wrong", () => {
  const written = serializeHeartbeat(HEARTBEAT).replace('"ts":1700000001000', '"ts":1e999');
  expect(() => parseHeartbeat(written)).toThrow("heartbeat with wrong ts");
});

test("fields that a later writer added do no harm", () => {
  expect(parseHeartbeat(JSON.stringify({ ...HEARTBEAT, mood: "good" }))).toMatchObject(HEARTBEAT);
});

test.for(["", "{", "null", "[]", "1", '"text"', serializeHeartbeat(HEARTBEAT).slice(0, -3)])(
  "%j is not a heartbeat",
  (file) => {
    expect(() => parseHeartbeat(file)).toThrow("heartbeat is not a JSON object");
  },
);

test("no text makes it throw anything but its own error", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.json(),
        fc.object().map((o) => JSON.stringify(o)),
      ),
      (file) => {
        try {
          parseHeartbeat(file);
        } catch (error) {
          expect(isFleetError(error) && error.code).toBe("HEARTBEAT_INVALID");
        }
      },
    ),
  );
});
