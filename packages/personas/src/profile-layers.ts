import { CLASS_RULE, isClassName } from "./class-name.ts";
import { invalidFile, PersonasError, type PersonasProblem } from "./error.ts";
import {
  fileNamed,
  readLayerFile,
  scanLayers,
  type FileKind,
  type LayerFile,
  type LayerName,
  type Layers,
} from "./layers.ts";
import type { Personas, ResolvedPersona } from "./persona-layers.ts";
import { readProfile, type Profile } from "./profile.ts";
import { quote } from "./quote.ts";

const PROFILES: FileKind = {
  word: "profile",
  plural: "profiles",
  extension: ".yaml",
  others: [],
  unknown: "PROFILE_UNKNOWN",
  unreadable: "PROFILE_UNREADABLE",
};

/** A profile whose every class has a persona. */
export interface ResolvedProfile {
  readonly profile: Profile;
  /** The whole file. */
  readonly text: string;
  readonly layer: LayerName;
  readonly path: string;
  /** The baseline file that an override hides. */
  readonly hides?: string;
  /** The persona of each class of the roster. */
  readonly personas: ReadonlyMap<string, ResolvedPersona>;
}

/** A profile of the listing, or why its file is none. */
export type ListedProfile =
  | (ResolvedProfile & { readonly id: string })
  | (Omit<LayerFile, "name"> & { readonly id: string; readonly error: PersonasError });

/** Two layers of system types, as they stood when they were first asked. */
export interface Profiles {
  /**
   * @throws PersonasError `PROFILE_UNKNOWN` with the nearest ids; `PROFILE_UNREADABLE`; `PROFILE_INVALID` with every
   * problem at once, those of the personas it needs among them.
   */
  resolveProfile(id: string): Promise<ResolvedProfile>;
  /** All of both layers, by id. A file that is no profile is in it with its error. */
  list(): Promise<readonly ListedProfile[]>;
}

/** Opens two layers of profiles over the personas they name. Each folder is listed once. */
export function openProfiles(layers: Layers, personas: Personas): Profiles {
  let scanned: Promise<ReadonlyMap<string, LayerFile>> | undefined;
  const scan = (): Promise<ReadonlyMap<string, LayerFile>> => (scanned ??= scanLayers(layers, PROFILES));

  const resolveFile = async (file: LayerFile): Promise<ResolvedProfile> => {
    const { name, layer, path, hides } = file;
    if (!isClassName(name)) {
      throw new PersonasError({
        code: "PROFILE_UNREADABLE",
        message: `${path}: the file name ${quote(name)} is not an id`,
        hint: `Rename it: ${CLASS_RULE}, then ".yaml".`,
      });
    }
    const text = await readLayerFile(layers, file, PROFILES);
    const { profile, problems, classes } = readProfile(text, name);
    const found: PersonasProblem[] = problems.map((problem) => ({ file: path, ...problem }));
    const resolved = new Map<string, ResolvedPersona>();
    for (const { class: wanted, line } of classes) {
      // What is no class name was reported with the profile's own problems.
      if (!isClassName(wanted) || resolved.has(wanted)) continue;
      try {
        resolved.set(wanted, await personas.resolvePersona(wanted));
      } catch (error) {
        if (!(error instanceof PersonasError)) throw error;
        found.push({ file: path, line, message: error.message });
      }
    }
    if (!profile || found.length > 0) throw invalidFile("PROFILE_INVALID", found);
    return { profile, text, layer, path, ...(hides === undefined ? {} : { hides }), personas: resolved };
  };

  return {
    resolveProfile: async (id) => resolveFile(fileNamed(await scan(), id, PROFILES)),
    list: async () =>
      Promise.all(
        [...(await scan()).values()].map(async ({ name, ...file }): Promise<ListedProfile> => {
          try {
            return { id: name, ...(await resolveFile({ name, ...file })) };
          } catch (error) {
            if (error instanceof PersonasError) return { id: name, ...file, error };
            throw error;
          }
        }),
      ),
  };
}
