import { cp } from "node:fs/promises";
import { defineConfig } from "tsup";
import manifest from "./package.json" with { type: "json" };

const BUILTIN_IMPORT = /\bimport\s*(?:\*\s*as\s+)?(\{[^}]*\}|[\w$]+)\s*from\s*"(node:[^"]+)";?/g;

/**
 * `import` of a module of Node's own reads all that the module has, which loads the streams, readline and more where
 * it is done lazily. The module itself comes without.
 */
const lazily = (_: string, names: string, path: string): string =>
  `const ${names.replaceAll(" as ", ":")}=globalThis.process.getBuiltinModule("${path}");`;

const PGLITE = "../../packages/backlog/node_modules/@electric-sql/pglite/dist";
/** What PGlite reads from beside its own code. */
const EMBEDDED_POSTGRES = ["pglite.wasm", "pglite.data", "initdb.wasm"];

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
  define: { MOSAIC_VERSION: JSON.stringify(manifest.version) },
  esbuildOptions: (options) => {
    // Names stay, for stack traces; the rest of minifying makes loading faster.
    options.minifyWhitespace = true;
    options.minifySyntax = true;
    options.conditions = ["@mosaic/source", "module", "import"];
    // The YAML library comes as CommonJS, which asks for node's own modules.
    options.banner = { js: "const require = globalThis.process.getBuiltinModule;" };
  },
  esbuildPlugins: [
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
    await cp("../../framework", "dist/framework", { recursive: true });
    for (const name of EMBEDDED_POSTGRES) await cp(`${PGLITE}/${name}`, `dist/${name}`);
  },
});
