import { expect, test } from "vitest";
import { storeError } from "./store-error.ts";

test.for([
  ["28P01", "BACKLOG_STORE_REFUSED"],
  ["42501", "BACKLOG_STORE_REFUSED"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "BACKLOG_STORE_REFUSED"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "BACKLOG_STORE_REFUSED"],
  ["53100", "BACKLOG_STORE_FULL"],
  ["ENOSPC", "BACKLOG_STORE_FULL"],
  ["25006", "BACKLOG_STORE_READ_ONLY"],
  ["EROFS", "BACKLOG_STORE_READ_ONLY"],
  ["57P01", "BACKLOG_STORE_UNAVAILABLE"],
  ["57014", "BACKLOG_STORE_UNAVAILABLE"],
  ["53300", "BACKLOG_STORE_UNAVAILABLE"],
  ["08006", "BACKLOG_STORE_UNAVAILABLE"],
  ["ECONNREFUSED", "BACKLOG_STORE_UNAVAILABLE"],
  ["CONNECTION_CLOSED", "BACKLOG_STORE_UNAVAILABLE"],
] as const)("a driver's %s is %s", ([state, code]) => {
  const cause = Object.assign(new Error("of the driver"), { code: state });
  const error = storeError(cause, "postgres://host/db");
  expect(error).toMatchObject({ code, cause, message: expect.stringContaining(`postgres://host/db`) });
});

test.for(["57014", "53300"])("who meets a busy server's %s is not told to start it", (state) => {
  const cause = Object.assign(new Error("of the driver"), { code: state });
  expect(storeError(cause, "postgres://host/db")).toMatchObject({
    message: `the store postgres://host/db has too much to do (${state})`,
    hint: expect.stringContaining("connections"),
  });
});

test("an embedded Postgres that ended its program is unavailable", () => {
  const cause = Object.assign(new Error("unreachable"), { name: "RuntimeError" });
  expect(storeError(cause, "/store")).toMatchObject({ code: "BACKLOG_STORE_UNAVAILABLE" });
});

test("an error that is not the store's comes back as it is", () => {
  for (const error of [new Error("ours"), Object.assign(new Error("syntax"), { code: "42601" }), "text"])
    expect(storeError(error, "x")).toBe(error);
});
