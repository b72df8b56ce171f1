import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openPersonas, openProfiles, type Personas, type Profiles } from "@mosaic/fleet-personas";

/** The content that ships with the product. */
export const FRAMEWORK = join(import.meta.dirname, "../../../framework/fleet");

/** A library of its own for one test, on disk until disposed. */
export interface LibraryFolders extends AsyncDisposable {
  readonly path: (file: string) => string;
  readonly write: (file: string, text: string | Uint8Array) => Promise<void>;
  /** Opened anew at each call: a library is what stood there when it was first asked. */
  readonly personas: () => Personas;
  readonly profiles: () => Profiles;
}

export async function libraryFolders(): Promise<LibraryFolders> {
  const root = await mkdtemp(join(tmpdir(), "mosaic-personas-"));
  const path = (file: string): string => join(root, file);
  const personas = (): Personas => openPersonas({ baseline: path("roles"), override: path("roles.local") });
  for (const folder of ["roles", "profiles"]) await mkdir(path(folder));
  return {
    path,
    write: async (file, text) => {
      await mkdir(dirname(path(file)), { recursive: true });
      await writeFile(path(file), text);
    },
    personas,
    profiles: () =>
      openProfiles({ baseline: path("profiles"), override: path("profiles.local") }, personas()),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A minimal contract. */
export const contract = (name: string, intro = `You are ${name}.`): string =>
  `---\nclass: ${name}\nstanding: task\n---\n# ${name}\n\n${intro}\n\n## Mandate\n- A.\n\n## Boundaries\n- B.\n\n## Persona\nC.\n`;
