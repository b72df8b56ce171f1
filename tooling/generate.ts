/**
 * Writes the files that are generated from the product's own definitions.
 *
 *   node tooling/generate.ts           writes those that are stale
 *   node tooling/generate.ts --check   writes none; names the stale ones and exits 1
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";

// Packages resolve each other to their sources, so that nothing has to be built first.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, { ...context, conditions: [...context.conditions, "@mosaic/source"] }),
});
const { formattedContent, generatedFiles } = await import("./generated-files.ts");

const check = process.argv.includes("--check");
for (const file of generatedFiles) {
  const path = join(dirname(import.meta.dirname), file.path);
  const content = await formattedContent(file);
  if ((await readFile(path, "utf8").catch(() => undefined)) === content) continue;
  process.stdout.write(`${check ? "stale" : "wrote"}: ${file.path}\n`);
  if (check) process.exitCode = 1;
  else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
if (process.exitCode === 1) process.stderr.write("Run `pnpm run generate` and commit what it writes.\n");
