import { NO_SCREEN } from "@mosaic/fleet-commands/runtimes";
import { expect, test } from "vitest";
import { unspaced, stands } from "./composer.ts";

const head = "[oak:operator -> oak:coder0 #m1]";
const text = `${head} one two 日本語 e\u0301 three\nfour`;

test.for([
  ["the whole text", { composer: text }, "alone"],
  ["the text, wrapped", { composer: text.replaceAll(" ", "\n") }, "alone"],
  ["the whole text, with half a flag of another", { composer: text.replace("two", "t\u{1f1ed}wo") }, "alone"],
  ["a mark in its place", { composer: "[Pasted text #1 +3 lines]", collapsed: true }, "alone"],
  ["its beginning", { composer: "[oak:operator", hidden: "below" }, "alone"],
  ["its end, with an accent that was composed", { composer: "\u00e9 three\nfour", hidden: "above" }, "alone"],
  ["its end, drawn from right to left", { composer: "eerht 日本 two\nfour", hidden: "above" }, "alone"],
  ["its end", { composer: "two 日本 three\nfour", hidden: "above" }, "alone"],
  [
    "its middle, before a row that is taken for the footer",
    { composer: "two three", hidden: "above" },
    "alone",
  ],
  ["the text and more", { composer: `${text}, and then some` }, "with something else"],
  ["the text behind more", { composer: `hm ${text}` }, "with something else"],
  ["its end and more", { composer: "three\nfourteen", hidden: "above" }, "no"],
  ["nothing", { composer: "" }, "no"],
  ["nothing that is shown", { composer: "", hidden: "above" }, "no"],
  ["no composer", {}, "no"],
  ["another text", { composer: "hello" }, "no"],
  ["another long text", { composer: "hello", hidden: "below" }, "no"],
] as const)("a composer that shows %s", ([, shown, how]) => {
  expect(stands({ ...NO_SCREEN, ...shown }, { head: unspaced(head), text })).toBe(how);
});
