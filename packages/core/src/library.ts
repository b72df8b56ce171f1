import { stat } from "node:fs/promises";
import {
  lineDiff,
  openPersonas,
  openProfiles,
  personaTemplate,
  profileTemplate,
  profileTree,
  type LayerName,
  type Layers,
  type ListedPersona,
  type ListedProfile,
  type Personas,
  type Profiles,
  type ResolvedPersona,
  type ResolvedProfile,
} from "@mosaic/fleet-personas";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { createAtomically } from "./files.ts";
import { isSeeded, seedIfNever } from "./update/seed.ts";

/** How an override departs from the baseline that ships now. */
export interface PersonaDiff {
  readonly layer: LayerName;
  readonly path: string;
  /** A unified diff; empty when they are equal, or when only one layer has the class. */
  readonly lines: readonly string[];
  /** Whether the baseline has the class at all. */
  readonly baseline: boolean;
}

/** Personas and system types of a home. Every method looks at the files as they are at the call. */
export interface Library {
  personas(): Promise<readonly ListedPersona[]>;
  persona(name: string): Promise<ResolvedPersona>;
  diffPersona(name: string): Promise<PersonaDiff>;
  /**
   * Writes a persona into the override layer: a template, or a copy of another under its own class.
   *
   * @returns Its path.
   * @throws CoreError `PERSONA_EXISTS`.
   */
  addPersona(name: string, from?: string): Promise<string>;
  /** Where the override of a class is, or would be. @throws PersonasError `PERSONA_UNKNOWN`. */
  overridePath(name: string): Promise<string>;
  /** The file of a class in the override layer; `created` when it was copied there from the baseline just now. */
  overridePersona(name: string): Promise<{ readonly path: string; readonly created: boolean }>;
  profiles(): Promise<readonly ListedProfile[]>;
  /** With its org chart, drawn. */
  profile(id: string): Promise<ResolvedProfile & { readonly tree: readonly string[] }>;
  /**
   * Writes a profile into the override layer: a template, or a copy of another under its own id.
   *
   * @returns Its path.
   * @throws CoreError `PROFILE_EXISTS`.
   */
  addProfile(id: string, from?: string): Promise<string>;
}

/** Both layers of personas and of profiles, as {@link openPersonas} opens them. */
export interface Layered {
  readonly personas: Personas;
  readonly profiles: Profiles;
}

const inHome = ({ home }: FleetContext, folder: string): string => `${home.fleet}/${folder}`;
const inPackage = ({ framework }: FleetContext, folder: string): string => `${framework}/fleet/${folder}`;
const overrides = (context: FleetContext, folder: string): string => `${inHome(context, folder)}.local`;

/** The baseline of a home that was never seeded, or not to the end, is the framework inside the package. */
async function layersOf(context: FleetContext, folder: string): Promise<Layers> {
  const there = await stat(inHome(context, folder)).then(
    () => true,
    () => false,
  );
  const seeded = there && (await isSeeded(context));
  return {
    baseline: (seeded ? inHome : inPackage)(context, folder),
    override: overrides(context, folder),
  };
}

export async function openLayered(context: FleetContext): Promise<Layered> {
  const personas = openPersonas(await layersOf(context, "roles"));
  return { personas, profiles: openProfiles(await layersOf(context, "profiles"), personas) };
}

/** What decides which persona a class has and what it says: files and folders, whether they are there or not. */
export function personaSources(context: FleetContext, classes: readonly string[]): readonly string[] {
  const folders = [inHome, inPackage, overrides].map((of) => of(context, "roles"));
  const files = folders.flatMap((folder) => classes.map((name) => `${folder}/${name}.md`));
  return [context.home.seedManifest, ...folders, ...files];
}

const MODE = 0o644;
const NAME = /^[a-z0-9][a-z0-9_-]{0,59}$/;

function checkName(name: string, what: "persona" | "profile"): void {
  if (NAME.test(name)) return;
  throw new CoreError({
    code: "NAME_INVALID",
    message: `${JSON.stringify(name)} cannot be a ${what}`,
    hint: "Use 1 to 60 of a-z, 0-9, - and _, beginning with a letter or a digit.",
  });
}

function exists(code: "PERSONA_EXISTS" | "PROFILE_EXISTS", message: string, hint: string): CoreError {
  return new CoreError({ code, message, hint });
}

/** A library of a home; it keeps nothing between two calls. */
export function openLibrary(context: FleetContext): Library {
  const layered = (): Promise<Layered> => openLayered(context);
  const pathOf = (folder: string, file: string): string => `${context.home.fleet}/${folder}.local/${file}`;
  const found = async (name: string): Promise<ListedPersona | undefined> =>
    (await (await layered()).personas.list()).find((one) => one.class === name);

  return {
    personas: async () => (await layered()).personas.list(),
    persona: async (name) => (await layered()).personas.resolvePersona(name),
    diffPersona: async (name) => {
      const { personas } = await layered();
      const { layer, path, text } = await personas.resolvePersona(name);
      const baseline = await personas.baselineText(name);
      const lines = baseline === undefined ? [] : lineDiff(baseline, text);
      return { layer, path, lines, baseline: baseline !== undefined };
    },
    addPersona: async (name, from) => {
      checkName(name, "persona");
      const path = pathOf("roles", `${name}.md`);
      if (from === undefined && (await found(name))?.layer === "baseline") {
        const hint = `Edit a copy of it: mosaic fleet persona edit ${name}, or add it with --from ${name}`;
        throw exists(
          "PERSONA_EXISTS",
          `the baseline has a persona ${name}, which a new one would hide`,
          hint,
        );
      }
      const text =
        from === undefined
          ? personaTemplate(name)
          : (await (await layered()).personas.resolvePersona(from)).text.replace(
              /^class:.*$/m,
              `class: ${name}`,
            );
      await seedIfNever(context);
      if (await createAtomically(path, text, MODE)) return path;
      throw exists("PERSONA_EXISTS", `there is a persona at ${path} already`, "Edit it, or remove it first.");
    },
    overridePath: async (name) => {
      if (!(await found(name))) await (await layered()).personas.resolvePersona(name);
      return pathOf("roles", `${name}.md`);
    },
    overridePersona: async (name) => {
      const path = pathOf("roles", `${name}.md`);
      // A broken override is there to be edited.
      if ((await found(name))?.layer === "override") return { path, created: false };
      const { text } = await (await layered()).personas.resolvePersona(name);
      await seedIfNever(context);
      return { path, created: await createAtomically(path, text, MODE) };
    },
    profiles: async () => (await layered()).profiles.list(),
    profile: async (id) => {
      const resolved = await (await layered()).profiles.resolveProfile(id);
      return { ...resolved, tree: profileTree(resolved.profile) };
    },
    addProfile: async (id, from) => {
      checkName(id, "profile");
      const path = pathOf("profiles", `${id}.yaml`);
      const { profiles } = await layered();
      const listed = (await profiles.list()).find((one) => one.id === id);
      if (from === undefined && listed?.layer === "baseline") {
        const message = `the baseline has a profile ${id}, which a new one would hide`;
        throw exists("PROFILE_EXISTS", message, `Copy it: mosaic fleet profile add ${id} --from ${id}`);
      }
      const text =
        from === undefined
          ? profileTemplate(id)
          : (await profiles.resolveProfile(from)).text.replace(/^id:.*$/m, `id: ${id}`);
      await seedIfNever(context);
      if (await createAtomically(path, text, MODE)) return path;
      throw exists("PROFILE_EXISTS", `there is a profile at ${path} already`, "Edit it, or remove it first.");
    },
  };
}
