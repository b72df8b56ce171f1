import { defineConfig } from "tsup";

/** The build every library package uses: ESM with types and source maps, for Node 22 and newer. */
export const library = (entry: string[]): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: "esm",
    target: "node22",
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    // node:sqlite has no name without it.
    removeNodeProtocol: false,
  });
