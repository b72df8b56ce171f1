import { expect, test } from "vitest";
import { closeMention, senderOf } from "./send.ts";

const operator = { host: "larch", caller: undefined };
const lead = { host: "larch", caller: "lead" };

test.for([
  ["an operator", operator, undefined, "larch:operator"],
  ["an operator who names themself", operator, "ada", "ada"],
  ["an operator whose label would break the header", operator, "a] -> b\n#1", "ab1"],
  ["an operator whose label is nothing but brackets", operator, "[]", "larch:operator"],
  ["an agent", lead, undefined, "larch:lead"],
  ["an agent that gives its own name", lead, "lead", "larch:lead"],
  ["an agent that gives its own address", lead, "larch:lead", "larch:lead"],
  ["an agent that claims to be another", lead, "larch:operator", "larch:lead claimed:larch:operator"],
] as const)("%s is stamped", ([, context, claimed, sender]) => {
  expect(senderOf(context, claimed)).toBe(sender);
});

test.for([
  ["look at @file", "look at @file "],
  ["@file", "@file "],
  ["one\n@file", "one\n@file "],
  ["mail ada@oak", "mail ada@oak"],
  ["@file please", "@file please"],
  ["@", "@"],
  ["@file ", "@file "],
] as const)("%j is typed as %j", ([text, typed]) => {
  expect(closeMention(text)).toBe(typed);
});
