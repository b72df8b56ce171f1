import { PersonasError } from "./error.ts";
import { CLASS_RULE, isClassName } from "./class-name.ts";
import {
  fileNamed,
  readLayerFile,
  scanLayers,
  type FileKind,
  type LayerFile,
  type LayerName,
  type Layers,
} from "./layers.ts";
import { parsePersona, type Persona } from "./persona.ts";
import { quote } from "./quote.ts";

/** The index of the library, which stands among the personas and is none. */
const LIBRARY_FILE = "LIBRARY.md";

const PERSONAS: FileKind = {
  word: "persona",
  plural: "personas",
  extension: ".md",
  others: [LIBRARY_FILE, "README.md"],
  unknown: "PERSONA_UNKNOWN",
  unreadable: "PERSONA_UNREADABLE",
};

/** A persona and where it is from. */
export interface ResolvedPersona {
  readonly persona: Persona;
  /** The whole file. */
  readonly text: string;
  readonly layer: LayerName;
  readonly path: string;
  /** The baseline file that an override hides. */
  readonly hides?: string;
}

/** A persona of the listing, or why its file is none. */
export type ListedPersona =
  | (ResolvedPersona & { readonly class: string })
  | (Omit<LayerFile, "name"> & { readonly class: string; readonly error: PersonasError });

/** Two layers of personas, as they stood when they were first asked. */
export interface Personas {
  /**
   * @throws PersonasError `PERSONA_UNKNOWN` with the nearest classes; `PERSONA_UNREADABLE`, `PERSONA_INVALID`;
   * `LIBRARY_UNREADABLE` when a layer cannot be listed.
   */
  resolvePersona(name: string): Promise<ResolvedPersona>;
  /** All of both layers, by class. A file that is no persona is in it with its error. */
  list(): Promise<readonly ListedPersona[]>;
  /** The baseline's file of a class, also where an override hides it; undefined when there is none. */
  baselineText(name: string): Promise<string | undefined>;
}

/** Opens two layers of personas. Nothing is read before it is asked for; each folder is listed once. */
export function openPersonas(layers: Layers): Personas {
  let scanned: Promise<ReadonlyMap<string, LayerFile>> | undefined;
  const scan = (): Promise<ReadonlyMap<string, LayerFile>> => (scanned ??= scanLayers(layers, PERSONAS));

  const resolveFile = async (file: LayerFile): Promise<ResolvedPersona> => {
    if (!isClassName(file.name)) {
      throw new PersonasError({
        code: "PERSONA_UNREADABLE",
        message: `${file.path}: the file name ${quote(file.name)} is not a class`,
        hint: `Rename it: ${CLASS_RULE}, then ".md".`,
      });
    }
    const text = await readLayerFile(layers, file, PERSONAS);
    const { layer, path, hides } = file;
    const persona = parsePersona(text, path, file.name);
    return { persona, text, layer, path, ...(hides === undefined ? {} : { hides }) };
  };

  return {
    resolvePersona: async (name) => resolveFile(fileNamed(await scan(), name, PERSONAS)),
    list: async () =>
      Promise.all(
        [...(await scan()).values()].map(async ({ name, ...file }): Promise<ListedPersona> => {
          try {
            return { class: name, ...(await resolveFile({ name, ...file })) };
          } catch (error) {
            if (error instanceof PersonasError) return { class: name, ...file, error };
            throw error;
          }
        }),
      ),
    baselineText: async (name) => {
      const file = (await scan()).get(name);
      if (!file) return undefined;
      const path = file.layer === "baseline" ? file.path : file.hides;
      return path === undefined
        ? undefined
        : readLayerFile(layers, { name, layer: "baseline", path }, PERSONAS);
    },
  };
}
