import { isClassName } from "./class-name.ts";
import { invalidFile, PersonasError, type PersonasProblem } from "./error.ts";
import {
  openLibrary,
  type FileKind,
  type Found,
  type LayerFile,
  type Layers,
  type Listed,
} from "./layers.ts";
import type { Personas, ResolvedPersona } from "./persona-layers.ts";
import { readProfile, type Profile } from "./profile.ts";

const PROFILES: FileKind = {
  word: "profile",
  plural: "profiles",
  extension: ".yaml",
  stem: "an id",
  others: [],
  unknown: "PROFILE_UNKNOWN",
  unreadable: "PROFILE_UNREADABLE",
};

interface ProfileFile {
  readonly profile: Profile;
  /** The persona of each class of the roster. */
  readonly personas: ReadonlyMap<string, ResolvedPersona>;
}

/** A profile whose every class has a persona, and where it is from. */
export type ResolvedProfile = Found<ProfileFile>;

/** A profile of the listing, or why its file is none. */
export type ListedProfile = Listed<ProfileFile> & { readonly id: string };

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
  const read = async (text: string, { name, path }: LayerFile): Promise<ProfileFile> => {
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
    return { profile, personas: resolved };
  };
  const library = openLibrary(layers, PROFILES, read);
  return {
    resolveProfile: (id) => library.resolve(id),
    list: async () => (await library.list()).map(([id, listed]) => ({ id, ...listed })),
  };
}
