import { expect, test } from "vitest";
import { filledLines, screenLines } from "./runtime-screen.ts";

const ESC = "\u001b[";

test.for([
  ["a suggestion is not typed", `› ${ESC}2mAsk anything${ESC}0m`, "› Ask anything", "›"],
  ["a draft is", `› ${ESC}1mhello${ESC}0m`, "› hello", "› hello"],
  ["the cursor on a suggestion is not typed", `› ${ESC}7mA${ESC}0;2msk${ESC}0m`, "› Ask", "›"],
  ["the cursor on a draft is", `› hell${ESC}7mo${ESC}0m`, "› hello", "› hello"],
  [
    "a colour with a 2 in it is not dim",
    `${ESC}38;5;2mgreen${ESC}48;2;2;2;2m grey`,
    "green grey",
    "green grey",
  ],
  ["an underline's colour is not either", `${ESC}58:2::2:2:2mred`, "red", "red"],
  ["what is not dim any more is typed", `${ESC}2mdim${ESC}22m not`, "dim not", " not"],
  ["a space that does not break is a space", "❯\u00a0x", "❯ x", "❯ x"],
] as const)("%s", ([, captured, text, typed]) => {
  expect(screenLines(`${captured}\n`)).toEqual([{ text, typed }]);
});

test("a style goes on behind the end of a line", () => {
  expect(screenLines(`${ESC}2mone\ntwo${ESC}0m\nthree\n`).map(({ typed }) => typed)).toEqual([
    "",
    "",
    "three",
  ]);
});

test("empty lines at the end of a screen are left away, and those before stay", () => {
  expect(filledLines("\na\n\nb\n\n\n").map(({ text }) => text)).toEqual(["", "a", "", "b"]);
});
