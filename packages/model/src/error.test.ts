import { expect, test } from "vitest";
import { FleetError, ModelError, isFleetError } from "./error.ts";

test("an error carries its code, its hint and its cause, and is named for its class", () => {
  const cause = new Error("why");
  const error = new ModelError({ code: "HEARTBEAT_INVALID", message: "what", hint: "Do this.", cause });
  expect(error).toMatchObject({
    name: "ModelError",
    code: "HEARTBEAT_INVALID",
    message: "what",
    hint: "Do this.",
    cause,
  });
  expect(error).toBeInstanceOf(FleetError);
});

test("an error without a cause has none, not an undefined one", () => {
  expect("cause" in new FleetError({ code: "X", message: "what", hint: "Do this." })).toBe(false);
});

test("an error is known by its shape, from another copy of this package too", () => {
  const foreign = Object.assign(new Error("what"), { code: "X", hint: "Do this." });
  expect(isFleetError(foreign)).toBe(true);
  expect(isFleetError(Object.assign(new Error("what"), { code: "ENOENT" }))).toBe(false);
  expect(isFleetError({ code: "X", hint: "Do this." })).toBe(false);
  for (const other of [undefined, null, "text", 1]) expect(isFleetError(other)).toBe(false);
});
