import { expect, test } from "vitest";
import { findLeaks } from "./sanitation.ts";

const what = (text: string, path = "docs/a.md"): string[] =>
  findLeaks(path, text, ["/srv/me/checkout"]).map((l) => l.what);
// Written in two parts, so that this file does not hold what it looks for.
const join = (...parts: string[]): string => parts.join("");

test.for([
  ["a home folder", join("see /home/", "jdoe/src/x"), "a path in somebody's home"],
  ["a macOS home folder", join("/Users/", "jdoe/x"), "a path in somebody's home"],
  ["this checkout's folder", "cd /srv/me/checkout/bin", "a path of this machine"],
  ["a GitHub token", join("ghp", "_", "a1B2".repeat(9)), "a GitHub token"],
  ["a provider's key", join("sk", "-ant-", "a1B2".repeat(9)), "a model provider's key"],
  ["an AWS key", join("AKIA", "ABCDEFGH12345678"), "an AWS key"],
  ["a Matrix token", join("syt", "_", "a1B2".repeat(9)), "a chat token"],
  ["a right-to-left override", `a${String.fromCodePoint(0x202e)}b`, "a text direction control"],
] as const)("%s is found", ([, text, expected]) => {
  expect(what(`first\n${text}\n`)).toEqual([expected]);
});

test("an example's home folder is no leak", () => {
  expect(what("cd /home/you/src; ls ~/.config /home/op/fleet")).toEqual([]);
});

test("an address is a leak only in what a package manager reads", () => {
  expect(what("tarball: https://registry.example/x.tgz", "pnpm-lock.yaml")).toEqual(["an address"]);
  expect(what("see https://nodejs.org", "docs/a.md")).toEqual([]);
});

test("a leak has its line", () => {
  expect(findLeaks("a", "one\ncd /srv/me/checkout/x", ["/srv/me/checkout"])).toEqual([
    { path: "a", line: 2, what: "a path of this machine" },
  ]);
});
