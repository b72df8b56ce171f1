import { readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { rollup, type OutputChunk } from "rollup";

/** What esbuild tells of its output: the sources in each of its chunks. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, unknown>>; readonly entryPoint?: string }>
  >;
}

type Parts = Readonly<Record<string, readonly string[]>>;

/**
 * Makes few files of many in `folder`, beside `entry`, and CommonJS of them.
 *
 * esbuild makes a chunk of whatever two parts share: a call would load dozens. Rollup knows what each part's loader has
 * loaded already, and what is left can be loaded at once, where a module of the other kind waits for its turn.
 *
 * @param parts - Files to make, by name, each of the modules that it begins with and of all that these import: what is
 * called together is loaded together. What several of `often` need goes into the last of `always`.
 *
 * What the entry imports becomes a call of `code.load`, which the entry has, with the file's name. A file is an expression: a function
 * of `exports`, `require`, `module`, `__filename` and `__dirname`.
 *
 * `chunks.json` then tells the sources in each file.
 */
export async function joinChunks(
  folder: string,
  entry: string,
  parts: { readonly always: Parts; readonly often: Parts },
): Promise<void> {
  const metafile = join(folder, "metafile-esm.json");
  const { outputs } = JSON.parse(await readFile(metafile, "utf8")) as Metafile;
  const chunkOf = (source: string): string => {
    const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
    if (!found) throw new Error(`nothing loads ${source} when it is needed`);
    return resolve(found[0]);
  };
  let partOf: ReadonlyMap<string, string> | undefined;
  const partsOf = (importsOf: (id: string) => readonly string[]): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    const neededBy = (sources: readonly string[]): Set<string> => {
      const needed = new Set(sources.map(chunkOf));
      // A set also tells of what is added while it is gone through.
      for (const id of needed) for (const one of importsOf(id)) needed.add(one);
      return needed;
    };
    for (const [part, sources] of Object.entries(parts.always))
      for (const id of neededBy(sources)) if (!found.has(id)) found.set(id, part);
    const always = new Set(found.keys());
    const common = Object.keys(parts.always).at(-1) ?? "";
    for (const [part, sources] of Object.entries(parts.often))
      for (const id of neededBy(sources)) if (!always.has(id)) found.set(id, found.has(id) ? common : part);
    return found;
  };
  await using bundle = await rollup({
    plugins: [
      {
        name: "entry-loads",
        // esbuild imports its helpers where nobody needs them, too.
        transform: (code, id) =>
          id === resolve(folder, entry) ? code.replace(/^import"[^"]+";/gm, "") : null,
        renderDynamicImport: ({ moduleId }) =>
          moduleId === resolve(folder, entry)
            ? { left: "Promise.resolve().then(()=>code.load(", right: "))" }
            : null,
      },
    ],
    input: join(folder, entry),
    // Node's own modules, and what is only asked for.
    external: (id) => !/^[./]/.test(id),
    // esbuild has left out what nobody uses.
    treeshake: false,
    // PGlite's own.
    onwarn: (warning, warn) => {
      if (warning.code !== "EVAL") warn(warning);
    },
  });
  const { output } = await bundle.generate({
    dir: folder,
    format: "cjs",
    generatedCode: "es2015",
    compact: true,
    minifyInternalExports: false,
    hashCharacters: "base36",
    manualChunks: (id, { getModuleInfo }) => {
      partOf ??= partsOf((one) => getModuleInfo(one)?.importedIds ?? []);
      return partOf.get(id);
    },
    entryFileNames: "[name].js",
    // The hash that esbuild gave is of what only that chunk held.
    chunkFileNames: ({ name }) => `${name.replace(/-[A-Z0-9]{8}$/, "")}-[hash].js`,
  });
  const chunks = output.filter((file): file is OutputChunk => file.type === "chunk");
  for (const path of Object.keys(outputs)) await rm(path);
  await rm(metafile);
  for (const { fileName, code } of chunks)
    await writeFile(join(folder, fileName), inAscii(fileName === entry ? code : asFunction(code)));
  const sources = ({ moduleIds }: OutputChunk): string[] =>
    moduleIds.flatMap((id) => Object.keys(outputs[relative(resolve(), id)]?.inputs ?? {}));
  await writeFile(
    join(folder, "chunks.json"),
    JSON.stringify(Object.fromEntries(chunks.map((chunk) => [chunk.fileName, sources(chunk)]))),
  );
}

const asFunction = (code: string): string =>
  `(function(exports,require,module,__filename,__dirname){${code}\n})`;

/** One character beyond it doubles what Node has to read through. esbuild leaves them in regular expressions. */
const inAscii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
