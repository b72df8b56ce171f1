import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { formattedContent, generatedFiles } from "../generated-files.ts";

const root = dirname(dirname(import.meta.dirname));

test.for(generatedFiles.map((file) => [file.path, file] as const))(
  "%s is what its definition generates",
  async ([path, file]) => {
    expect(await readFile(join(root, path), "utf8")).toBe(await formattedContent(file));
  },
);
