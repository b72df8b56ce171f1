import { openLibrary, readLayerFile, type FileKind, type Found, type Layers, type Listed } from "./layers.ts";
import { parsePersona, type Persona } from "./persona.ts";

/** The index of the library, which stands among the personas and is none. */
const LIBRARY_FILE = "LIBRARY.md";

const PERSONAS: FileKind = {
  word: "persona",
  plural: "personas",
  extension: ".md",
  stem: "a class",
  others: [LIBRARY_FILE, "README.md"],
  unknown: "PERSONA_UNKNOWN",
  unreadable: "PERSONA_UNREADABLE",
};

interface PersonaFile {
  readonly persona: Persona;
}

/** A persona and where it is from. */
export type ResolvedPersona = Found<PersonaFile>;

/** A persona of the listing, or why its file is none. */
export type ListedPersona = Listed<PersonaFile> & { readonly class: string };

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
  const library = openLibrary(layers, PERSONAS, (text, { path, name }) => ({
    persona: parsePersona(text, path, name),
  }));
  return {
    resolvePersona: (name) => library.resolve(name),
    list: async () => (await library.list()).map(([name, listed]) => ({ class: name, ...listed })),
    baselineText: async (name) => {
      const file = await library.file(name);
      if (!file) return undefined;
      const path = file.layer === "baseline" ? file.path : file.hides;
      return path === undefined
        ? undefined
        : readLayerFile(layers, { name, layer: "baseline", path }, PERSONAS);
    },
  };
}
