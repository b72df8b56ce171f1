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
  expect(screenLines(`${captured}\n`)).toMatchObject([{ text, typed }]);
});

test.for([
  ["its own", `${ESC}38;5;239m───`, "38;5;239"],
  ["that of the line before", `${ESC}38;2;1;2;3;1mbold\n───`, "38;2;1;2;3"],
  ["none behind a reset", `${ESC}31mred\n${ESC}0m───`, ""],
  ["none behind the terminal's own", `${ESC}31mred\n${ESC}39m───`, ""],
  ["none that is the background's", `${ESC}48;5;31m───`, ""],
] as const)("a line has the colour it begins with: %s", ([, captured, colour]) => {
  expect(screenLines(`${captured}\n`).at(-1)?.colour).toBe(colour);
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
