import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FRAMEWORK } from "./library-folders.ts";
import { example } from "./readme-example.ts";

test("the README's example is the one that runs, and prints the tree and a roster", async () => {
  const readme = await readFile(`${import.meta.dirname}/../README.md`, "utf8");
  expect(readme).toContain(await readFile(`${import.meta.dirname}/readme-example.ts`, "utf8"));
  const printed = await example(FRAMEWORK);
  expect(printed).toContain("lead-researcher (lead, floor)\n├─ researcher x2\n");
  expect(printed).toContain(
    "- name: researcher1\n    runtime: codex\n    class: researcher\n    model_hint: gpt-5.5\n",
  );
});
