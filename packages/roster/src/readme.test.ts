import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { edited, message, roster } from "../test/readme-example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs, and does what it says", () => {
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("../test/readme-example.ts")}\`\`\``);
  expect(roster.agents[0]?.working_directory).toBe("~/src");
  expect(edited).toContain("# talks to the operator");
  expect(edited).toContain("- name: code0");
  expect(read("../test/readme-example.ts")).toContain(`// ${message}`);
});
