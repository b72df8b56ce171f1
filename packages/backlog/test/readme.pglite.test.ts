import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { example } from "./readme-example.ts";

const read = (path: string): Promise<string> => readFile(`${import.meta.dirname}/${path}`, "utf8");

test("the README's example is the one that runs, and frees the card that waits", async () => {
  expect(await read("../README.md")).toContain(`\`\`\`ts\n${await read("readme-example.ts")}\`\`\``);
  const folder = await mkdtemp(join(tmpdir(), "mf-readme-"));
  try {
    expect(await example(join(folder, "store"))).toBe("A1 is done, and A2 can be claimed");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
