import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { example } from "./readme-example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs, and names the tmux there is", async () => {
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("readme-example.ts")}\`\`\``);
  expect(await example()).toMatch(/^tmux \S+$/);
});
