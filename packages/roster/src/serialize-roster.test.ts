import fc from "fast-check";
import { expect, test } from "vitest";
import { writtenRoster } from "../test/arbitrary-roster.ts";
import { parseRoster } from "./parse-roster.ts";
import { resolveRoster } from "./roster.ts";
import { serializeRoster } from "./serialize-roster.ts";

const context = { tenantId: "operator" };
const elsewhere = { tenantId: "somebody-else" };

test("a resolved roster is the same after it was written and parsed again, whoever parses it", () => {
  fc.assert(
    fc.property(writtenRoster, (written) => {
      const roster = resolveRoster(written, context);
      expect(parseRoster(serializeRoster(roster), "test", elsewhere)).toEqual(roster);
    }),
    { numRuns: 150 },
  );
});

test("a written roster means the same after it was written and parsed again", () => {
  fc.assert(
    fc.property(writtenRoster, (written) => {
      expect(parseRoster(serializeRoster(written), "test", context)).toEqual(resolveRoster(written, context));
    }),
    { numRuns: 150 },
  );
});

test("JSON text parses to the same roster as YAML text", () => {
  fc.assert(
    fc.property(writtenRoster, fc.constantFrom(undefined, 2, "\t"), (written, space) => {
      expect(parseRoster(JSON.stringify(written, null, space), "test", context)).toEqual(
        resolveRoster(written, context),
      );
    }),
    { numRuns: 150 },
  );
});

test("what is the default anyway is not written", () => {
  const roster = parseRoster(
    "version: 1\nagents: [{name: a, runtime: pi, yolo: true, channels: []}]\n",
    "test",
    context,
  );
  expect(serializeRoster(roster)).toBe(`version: 1
transport: tmux
tenant_id: operator
tmux:
  holder_session: _holder
defaults:
  working_directory: ~/src
agents:
  - name: a
    runtime: pi
    class: worker
`);
});
