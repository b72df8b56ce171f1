import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTurnEvents, serializeTurnEvent, type TurnEvent } from "./turn-event.ts";

const events: fc.Arbitrary<TurnEvent> = fc.record({
  version: fc.constant(1 as const),
  ts: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  pid: fc.nat(),
  event: fc.constantFrom("queued", "turn-start", "turn-end", "cleared"),
  id: fc.option(fc.string({ unit: "binary" })),
});

const EVENT: TurnEvent = { version: 1, ts: 5, pid: 6, event: "turn-start", id: "m1" };

test("the first version of the file is read", () => {
  expect(parseTurnEvents('{"version":1,"ts":5,"pid":6,"event":"turn-start","id":"m1"}\n')).toEqual([EVENT]);
});

test("what is written line by line is read back in order", () => {
  fc.assert(
    fc.property(fc.array(events), (all) => {
      expect(parseTurnEvents(all.map(serializeTurnEvent).join(""))).toEqual(all);
    }),
  );
});

test("a line that is cut off is passed over, and so is nothing before it", () => {
  const lines = `${serializeTurnEvent(EVENT)}${serializeTurnEvent({ ...EVENT, id: "m2" })}`;
  expect(parseTurnEvents(lines.slice(0, -2))).toEqual([EVENT]);
  expect(parseTurnEvents(lines.slice(3))).toEqual([{ ...EVENT, id: "m2" }]);
});

test.for<[string, unknown]>([
  ["another version", { ...EVENT, version: 2 }],
  ["an unknown event", { ...EVENT, event: "turn" }],
  ["a time that is a text", { ...EVENT, ts: "5" }],
  ["a missing pid", { ...EVENT, pid: undefined }],
  ["an id that is a number", { ...EVENT, id: 1 }],
  ["null", null],
  ["a list", [EVENT]],
  ["a text", "turn-start"],
])("%s is not an event", ([, value]) => {
  expect(parseTurnEvents(`${JSON.stringify(value)}\n${serializeTurnEvent(EVENT)}`)).toEqual([EVENT]);
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
      parseTurnEvents(text);
    }),
  );
});
