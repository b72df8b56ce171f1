import { chmod, cp, readFile, writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { joinChunks } from "../../tooling/join-chunks.ts";
import manifest from "./package.json" with { type: "json" };

const BUILTIN_IMPORT = /\bimport\s*(?:\*\s*as\s+)?(\{[^}]*\}|[\w$]+)\s*from\s*"(node:[^"]+)";?/g;

/**
 * `import` of a module of Node's own reads all that the module has, which loads the streams, readline and more where
 * it is done lazily. The module itself comes without.
 */
const lazily = (_: string, names: string, path: string): string =>
  `const ${names.replaceAll(" as ", ":")}=globalThis.process.getBuiltinModule("${path}");`;

/** Modules of Node's own that load many others. Whoever imports one of them often needs none of it. */
const WHEN_CALLED = /^node:(child_process|crypto|fs\/promises|timers\/promises)$/;

/** A module whose functions load the one of `path` when they are called. What is no function of it cannot be imported. */
const callsOf = (path: string): string =>
  Object.entries(process.getBuiltinModule(path) ?? {})
    .filter(([, value]) => typeof value === "function")
    .map(
      ([name]) =>
        `export const ${name} = (...args) => globalThis.process.getBuiltinModule("${path}").${name}(...args);`,
    )
    .join("\n");

const PGLITE = "../../packages/backlog/node_modules/@electric-sql/pglite/dist";
/** What PGlite reads from beside its own code. */
const EMBEDDED_POSTGRES = ["pglite.wasm", "pglite.data", "initdb.wasm"];

/** What a call loads: `main` always, `fleet` when it does something, and the part of what is called most. */
const PARTS = {
  always: { main: ["src/main.ts"], fleet: ["src/environment.ts", "../../packages/core/src/index.ts"] },
  often: {
    "backlog-verbs": ["src/backlog-verbs.ts"],
    "fleet-verbs": ["src/fleet-verbs.ts"],
    backlog: ["../../packages/core/src/store/backlog.ts", "src/backlog-text.ts"],
    ps: ["../../packages/core/src/observe-fleet.ts"],
  },
};

export default defineConfig({
  entry: ["src/mosaic.ts"],
  format: "esm",
  target: "node22",
  splitting: true,
  clean: true,
  metafile: true,
  // Without its prefix node:sqlite is a package that does not exist.
  removeNodeProtocol: false,
  // Everything is bundled from source, split by verb: a call loads what it needs and nothing else.
  noExternal: [/.*/],
  define: { MOSAIC_VERSION: JSON.stringify(manifest.version), "import.meta.dirname": "__dirname" },
  esbuildOptions: (options) => {
    // Names stay, for stack traces; the rest of minifying makes loading faster.
    options.minifyWhitespace = true;
    options.minifySyntax = true;
    options.conditions = ["@mosaic/source", "module", "import"];
  },
  esbuildPlugins: [
    {
      name: "builtins-when-called",
      setup(build) {
        build.onResolve({ filter: WHEN_CALLED }, ({ importer, path }) =>
          importer.includes("/commander/") ? undefined : { path, namespace: "builtin", sideEffects: false },
        );
        build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: callsOf(path) }));
      },
    },
    {
      // Its expressions take longer to build than most calls take, and most text is plain.
      name: "string-width-when-needed",
      setup(build) {
        build.onResolve({ filter: /^string-width$/ }, ({ path, namespace, resolveDir }) =>
          namespace === "when-needed"
            ? undefined
            : { path, namespace: "when-needed", pluginData: resolveDir },
        );
        build.onLoad({ filter: /.*/, namespace: "when-needed" }, ({ pluginData }) => ({
          contents: `export default (text) =>
            /^[ -~]*$/.test(text) ? text.length : require("string-width").default(text);`,
          resolveDir: pluginData as string,
        }));
      },
    },
    {
      // Half a millisecond for the letters of all scripts, and our options are in English.
      name: "commander-in-ascii",
      setup(build) {
        build.onLoad({ filter: /commander\/lib\/option\.js$/ }, async ({ path }) => {
          const code = await readFile(path, "utf8");
          return { contents: code.replace("/\\p{ID_Continue}\\.\\.\\.[>\\]]$/u", "/\\w\\.\\.\\.[>\\]]$/") };
        });
      },
    },
    {
      // For subcommands that are programs of their own, which we have none of.
      name: "commander-without-child-process",
      setup(build) {
        build.onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
          importer.includes("/commander/") ? { path, namespace: "left-out" } : undefined,
        );
        build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export default {};" }));
      },
    },
  ],
  plugins: [
    { name: "lazy-builtins", renderChunk: (code) => ({ code: code.replace(BUILTIN_IMPORT, lazily) }) },
  ],
  onSuccess: async () => {
    await joinChunks("dist", "mosaic.js", PARTS);
    await chmod("dist/mosaic.js", 0o755);
    await writeFile("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`);
    await cp("../../framework", "dist/framework", { recursive: true });
    for (const name of EMBEDDED_POSTGRES) await cp(`${PGLITE}/${name}`, `dist/${name}`);
  },
});
