import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { CLASS_RULE, isClassName } from "./class-name.ts";
import { PersonasError, type PersonasErrorCode } from "./error.ts";
import { quote } from "./quote.ts";
import { suggest } from "./suggest.ts";

/** Two folders of one kind of file. What stands in `override` wins, whole file. */
export interface Layers {
  /** Ships with the product and is seeded anew by an update. */
  readonly baseline: string;
  /** The operator's; may be absent. */
  readonly override: string;
}

export type LayerName = "baseline" | "override";

/** The kind of file that a pair of layers holds. */
export interface FileKind {
  readonly word: "persona" | "profile";
  readonly plural: string;
  readonly extension: ".md" | ".yaml";
  /** What the stem of a file's name is. */
  readonly stem: "a class" | "an id";
  /** Files that are no personas or profiles, though they have the extension. */
  readonly others: readonly string[];
  readonly unknown: PersonasErrorCode;
  readonly unreadable: PersonasErrorCode;
}

/** One file that wins in its layer. */
export interface LayerFile {
  /** The stem of the file's name. */
  readonly name: string;
  readonly layer: LayerName;
  readonly path: string;
  /** The baseline file that this override hides. */
  readonly hides?: string;
}

/** In bytes. The longest contract of the baseline has a tenth of it. */
const MAX_FILE_BYTES = 64 * 1024;

// Node's file functions reject with these.
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

async function filesOf(folder: string, layer: LayerName, kind: FileKind): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter(
      (name) => name.endsWith(kind.extension) && !name.startsWith(".") && !kind.others.includes(name),
    );
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" && layer === "override") return [];
    const hints: Partial<Record<string, string>> = {
      ENOENT: "The folder ships with the product: install it again, or correct the Mosaic home.",
      ENOTDIR: "Something that is no folder stands there or above it; move it away.",
      EACCES: `Make it readable: chmod u+rx ${folder}`,
    };
    throw new PersonasError({
      code: "LIBRARY_UNREADABLE",
      message: `cannot list the ${kind.plural} in ${folder}: ${codeOf(cause)}`,
      hint: hints[codeOf(cause)] ?? "Check the folder and run the command again.",
      cause,
    });
  }
}

/** What both layers hold, by name and in the order of the names. */
async function scanLayers(layers: Layers, kind: FileKind): Promise<ReadonlyMap<string, LayerFile>> {
  const found = new Map<string, LayerFile>();
  for (const layer of ["baseline", "override"] as const) {
    for (const file of await filesOf(layers[layer], layer, kind)) {
      const name = file.slice(0, -kind.extension.length);
      const hides = found.get(name)?.path;
      found.set(name, {
        name,
        layer,
        path: join(layers[layer], file),
        ...(hides === undefined ? {} : { hides }),
      });
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws PersonasError with `kind.unknown`, naming what is near. */
function fileNamed(files: ReadonlyMap<string, LayerFile>, name: string, kind: FileKind): LayerFile {
  const file = files.get(name);
  if (file) return file;
  const names = [...files.keys()].filter(isClassName);
  throw new PersonasError({
    code: kind.unknown,
    message: `there is no ${kind.word} ${quote(name)}; ${suggest(name, names, kind.plural)}`,
    hint: `List them with: mosaic fleet ${kind.word} list`,
  });
}

function unreadable(
  kind: FileKind,
  path: string,
  problem: string,
  hint: string,
  cause?: unknown,
): PersonasError {
  return new PersonasError({ code: kind.unreadable, message: `${path}: ${problem}`, hint, cause });
}

const HINTS: Readonly<Partial<Record<string, string>>> = {
  ENOENT: "The link leads nowhere: correct or remove it.",
  ELOOP: "The link leads to itself: remove it.",
  EACCES: "Give your user read access to it.",
};

/**
 * Reads one file of a layer. A link may lead only to a regular file of the same layer, so that a contract is what
 * the folder shows.
 *
 * @throws PersonasError with `kind.unreadable`.
 */
export async function readLayerFile(layers: Layers, file: LayerFile, kind: FileKind): Promise<string> {
  const { path } = file;
  let bytes: Uint8Array;
  try {
    const [folder, real] = await Promise.all([realpath(layers[file.layer]), realpath(path)]);
    if (!real.startsWith(folder + sep)) {
      const hint = `Copy the file to ${path} in place of the link.`;
      throw unreadable(kind, path, `is a link that leads out of its folder, to ${real}`, hint);
    }
    const facts = await stat(real);
    if (!facts.isFile()) {
      const what = facts.isDirectory() ? "is a folder" : "is no regular file";
      throw unreadable(kind, path, what, `A ${kind.word} is one text file: move this away.`);
    }
    if (facts.size > MAX_FILE_BYTES) {
      const problem = `has ${String(facts.size)} bytes; a ${kind.word} has at most ${String(MAX_FILE_BYTES)}`;
      throw unreadable(kind, path, problem, "Shorten it.");
    }
    bytes = await readFile(real);
  } catch (cause) {
    if (cause instanceof PersonasError) throw cause;
    const code = codeOf(cause);
    throw unreadable(kind, path, `cannot be read: ${code}`, HINTS[code] ?? "Check the file.", cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(kind, path, "is not UTF-8 text", "Save it as UTF-8.", cause);
  }
}

/** What a file says and where it is from. */
export type Found<Content> = Content &
  Omit<LayerFile, "name"> & {
    /** The whole file. */
    readonly text: string;
  };

/** A file of the listing, or why it is none of its kind. */
export type Listed<Content> = Found<Content> | (Omit<LayerFile, "name"> & { readonly error: PersonasError });

/** One kind of file in two layers, as they stood when they were first asked. */
export interface Library<Content> {
  /** @throws PersonasError with `kind.unknown`, naming what is near, or `kind.unreadable`; and what `read` throws. */
  resolve(name: string): Promise<Found<Content>>;
  /** All of both layers, by name. What is none of its kind is in it with its error. */
  list(): Promise<readonly (readonly [name: string, Listed<Content>])[]>;
  /** The file that wins. */
  file(name: string): Promise<LayerFile | undefined>;
}

/** Opens two layers. Nothing is read before it is asked for; each folder is listed once. */
export function openLibrary<Content extends object>(
  layers: Layers,
  kind: FileKind,
  read: (text: string, file: LayerFile) => Content | Promise<Content>,
): Library<Content> {
  let scanned: Promise<ReadonlyMap<string, LayerFile>> | undefined;
  const scan = (): Promise<ReadonlyMap<string, LayerFile>> => (scanned ??= scanLayers(layers, kind));

  const found = async (file: LayerFile): Promise<Found<Content>> => {
    const { name, ...place } = file;
    if (!isClassName(name)) {
      const hint = `Rename it: ${CLASS_RULE}, then "${kind.extension}".`;
      throw unreadable(kind, file.path, `the file name ${quote(name)} is not ${kind.stem}`, hint);
    }
    const text = await readLayerFile(layers, file, kind);
    return { ...(await read(text, file)), text, ...place };
  };
  const listed = async (file: LayerFile): Promise<readonly [string, Listed<Content>]> => {
    const { name, ...place } = file;
    try {
      return [name, await found(file)];
    } catch (error) {
      if (error instanceof PersonasError) return [name, { ...place, error }];
      throw error;
    }
  };

  return {
    resolve: async (name) => found(fileNamed(await scan(), name, kind)),
    list: async () => Promise.all([...(await scan()).values()].map(listed)),
    file: async (name) => (await scan()).get(name),
  };
}
