import { expect, test } from "vitest";
import { rosterReference } from "./roster-reference.ts";

const rows = rosterReference()
  .trimEnd()
  .split("\n")
  .slice(2)
  .map((row) => row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));

test("every key has a row with a type and a note", () => {
  expect(rows.map(([key]) => key)).toEqual(
    expect.arrayContaining([
      "`version`",
      "`tmux.socket_name`",
      "`runtimes.<name>.env`",
      "`agents[].name`",
      "`connector.matrix.allow`",
      "`connector.<kind>`",
    ]),
  );
  for (const [key, type, , note] of rows) {
    expect(type, key).not.toBe("");
    expect(note, key).not.toBe("");
  }
});

test("defaults are quoted from where the resolver takes them", () => {
  expect(rows.find(([key]) => key === "`agents[].yolo`")).toEqual([
    "`agents[].yolo`",
    "boolean",
    "`true`",
    "`false` launches without skipping permission prompts.",
  ]);
});
