import { expect, test } from "vitest";
import { closed } from "./send.ts";

test.for([
  ["look at @file", "look at @file "],
  ["@file", "@file "],
  ["one\n@file", "one\n@file "],
  ["mail ada@oak", "mail ada@oak"],
  ["@file please", "@file please"],
  ["@", "@"],
  ["@file ", "@file "],
  ["C:\\dir\\", "C:\\dir\\ "],
  ["a \\ b", "a \\ b"],
] as const)("%j is typed as %j", ([text, typed]) => {
  expect(closed(text)).toBe(typed);
});
