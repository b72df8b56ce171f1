import { expect, test } from "vitest";
import { maskedUrl, parseConnection } from "./connection.ts";

test("what stands behind the question mark is taken out of the URL", () => {
  const url = "postgres:///fleet?host=/run/pg&port=6432&user=ada&password=s&sslmode=require";
  expect(parseConnection(url)).toEqual({
    url: "postgres:///fleet?sslmode=require",
    ...{ host: "/run/pg", port: 6432, user: "ada", password: "s" },
  });
});

test("a user's @ may stand behind the question mark", () => {
  expect(parseConnection("postgres://h/d?user=ada@db").user).toBe("ada@db");
});

test("a URL without any of them stays as it is", () => {
  expect(parseConnection("postgresql://ada:s@h:1/d")).toEqual({ url: "postgresql://ada:s@h:1/d" });
});

test.for([
  ["in front of the host", "postgres://ada:sesame@h/d"],
  ["behind the question mark", "postgres://h/d?user=ada&password=sesame"],
  ["in a text that is no URL", "postgres://ada:sesame@h:port/d"],
  ["with a / in it", "postgres://ada:an@open/sesame@h/d"],
  ["with a # in it", "postgres://ada:1#sesame@h/d"],
  ["with a ? in it", "postgres://ada:1?sesame@h/d"],
] as const)("a password %s is not shown", ([, url]) => {
  expect(maskedUrl(url)).not.toContain("sesame");
});

test.for([
  "",
  "mysql://h/d",
  "h/d",
  "postgres://ada:sesame@h:port/d",
  "postgres://ada:sesame%@h/d",
  "postgres://ada:an@open/sesame@h/d",
  "postgres://ada:1#sesame@h/d",
  "postgres://ada:1?sesame@h/d",
  `postgres://ada:sesame@/d?host=/${"d".repeat(100)}`,
])("%j is refused, unseen", (url) => {
  const parse = (): unknown => parseConnection(url);
  expect(parse).toThrow(expect.objectContaining({ code: "BACKLOG_INVALID" }));
  expect(parse).not.toThrow(/sesame/);
});
