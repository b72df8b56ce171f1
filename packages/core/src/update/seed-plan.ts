import { mayBeDeleted, type Journal, type Manifest } from "./manifest.ts";

/** A file that ships, by its path below the home. */
export interface ShippedFile {
  readonly path: string;
  readonly sum: string;
  /** What a shell or the kernel starts: 0755, the others 0644. */
  readonly executable: boolean;
}

/** What stands at a path of the home. A link is the operator's doing; `sum` is then of what it leads to, if anything. */
export interface FoundFile {
  readonly kind: "file" | "link";
  readonly sum: string | undefined;
  readonly empty: boolean;
  readonly executable: boolean;
  /** Where the operator's version goes if this is one: free, or a copy of the very same. */
  readonly keepAs: string;
}

/** One effect of a seed. */
export interface SeedEffect {
  /**
   * `add`, `change` and `remove` are about the file's content, `chmod` makes it executable, `absent` leaves it out
   * because the operator deleted it.
   */
  readonly effect: "add" | "change" | "remove" | "chmod" | "absent";
  /** Below the home. */
  readonly path: string;
  /** Where the operator's edit is kept, below the home; null when there was none. */
  readonly kept_as: string | null;
  readonly why: string;
}

export interface SeedPlan {
  readonly effects: readonly SeedEffect[];
  /** The home's manifest once they are done. */
  readonly manifest: Manifest;
}

/** What this home is known to hold from earlier seeds. */
export interface Known {
  readonly manifest: Manifest | undefined;
  readonly journal: Journal | undefined;
}

/** Every path whose state decides. */
export const pathsOf = (shipped: readonly ShippedFile[], { manifest, journal }: Known): string[] =>
  [
    ...new Set([
      ...shipped.map(({ path }) => path),
      ...(manifest?.files.keys() ?? []),
      ...(journal?.written.keys() ?? []),
    ]),
  ].sort();

/**
 * What makes a home hold the framework of `mosaic`, by path. Only what is known to be ours is replaced or removed; an
 * edit of the operator's is kept beside. Pure: a second plan after a finished seed has no effects but `absent`.
 */
export function planSeed(
  mosaic: string,
  shipped: readonly ShippedFile[],
  known: Known,
  found: ReadonlyMap<string, FoundFile>,
): SeedPlan {
  const { manifest, journal } = known;
  const wanted = new Map(shipped.map((file) => [file.path, file]));
  const deleted = new Set<string>();
  const isOurs = (path: string, { kind, sum }: FoundFile): boolean =>
    kind === "file" &&
    sum !== undefined &&
    (manifest?.files.get(path) === sum || journal?.written.get(path)?.has(sum) === true);

  const missing = (path: string, file: ShippedFile | undefined): SeedEffect[] => {
    if (!file) return [];
    const was = manifest?.deleted.has(path) === true || manifest?.files.has(path) === true;
    if (!was || journal?.removed.has(path) || !mayBeDeleted(path)) {
      const why = was ? "it was missing, and the fleet needs it" : "it is new";
      return [{ effect: "add", path, kept_as: null, why }];
    }
    deleted.add(path);
    return [{ effect: "absent", path, kept_as: null, why: "you deleted it" }];
  };

  const effectsAt = (path: string): SeedEffect[] => {
    const file = wanted.get(path);
    const here = found.get(path);
    if (!here) return missing(path, file);
    if (here.sum !== undefined && here.sum === file?.sum) {
      if (!file.executable || here.executable) return [];
      return [{ effect: "chmod", path, kept_as: null, why: "it must be executable" }];
    }
    const effect = file ? ("change" as const) : ("remove" as const);
    const ships = file ? "another version of it ships" : "it no longer ships";
    if (isOurs(path, here) || (here.kind === "file" && here.empty))
      return [{ effect, path, kept_as: null, why: ships }];
    const edited = file ? "you edited it" : "it no longer ships, and you edited it";
    return [{ effect, path, kept_as: here.keepAs, why: `${edited}: yours is kept` }];
  };

  const effects = pathsOf(shipped, known).flatMap(effectsAt);
  const files = new Map(shipped.map(({ path, sum }) => [path, sum]));
  return { effects, manifest: { mosaic, files, deleted } };
}

/** What must be written down before the first effect: with it, whatever comes between, the next seed knows our work. */
export function journalOf({ effects, manifest }: SeedPlan, { journal }: Known): Journal {
  const written = new Map(journal?.written);
  for (const { effect, path } of effects) {
    const sum = manifest.files.get(path);
    if (sum !== undefined && (effect === "add" || effect === "change"))
      written.set(path, new Set([...(written.get(path) ?? []), sum]));
  }
  const removed = effects.flatMap(({ effect, path }) => (effect === "remove" ? [path] : []));
  return { mosaic: manifest.mosaic, written, removed: new Set([...(journal?.removed ?? []), ...removed]) };
}
