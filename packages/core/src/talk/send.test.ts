import { expect, test } from "vitest";
import { closed } from "./send.ts";

test.for([
  ["look at @file", "look at @file "],
  ["@file", "@file "],
  ["one\n@file", "one\n@file "],
  ["mail ada@oak", "mail ada@oak"],
  ["@file please", "@file please"],
  ["look at @", "look at @ "],
  ["print $HOME", "print $HOME "],
  ["it costs 5 $", "it costs 5 $ "],
  ["a=$HOME", "a=$HOME"],
  ["@file ", "@file "],
  ["C:\\dir\\", "C:\\dir\\ "],
  ["a \\ b", "a \\ b"],
] as const)("%j is typed as %j", ([text, typed]) => {
  expect(closed(text)).toBe(typed);
});
