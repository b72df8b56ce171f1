import { nearest } from "@mosaic/fleet-model";
import type * as z from "zod";
import { orList, quote } from "./quote.ts";
import type { LineProblem } from "./text-rules.ts";
import type { Path, YamlPlaces } from "./yaml-places.ts";

/** The keys a map may have, by its path. */
export type KnownKeys = (path: Path) => readonly string[];

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    // It has the key; what stands there is looked at before it is used.
    return (at as Readonly<Record<string | number, unknown>>)[key];
  }, value);
}

const shown = (value: unknown): string =>
  typeof value === "string" ? `${quote(value)} ` : typeof value === "number" ? `${String(value)} ` : "";

function formatPath(path: Path): string {
  return path.map((key) => (typeof key === "number" ? String(key + 1) : key)).join(" ");
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const mend = near.length > 0 ? `did you mean ${orList(near)}?` : `the keys are ${known.join(", ")}`;
  return `unknown key ${quote(key)}; ${mend}`;
}

/** What a schema found, in our words, each with its line. The schema's own messages say what is expected. */
export function schemaProblems(error: z.ZodError, yaml: YamlPlaces, knownKeys: KnownKeys): LineProblem[] {
  const misspelt = new Set<string>();
  const problems = error.issues.flatMap((issue): (LineProblem & { missing?: string })[] => {
    // Values of a YAML text have no symbols in their paths.
    const path = issue.path as Path;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const known = knownKeys(path);
        for (const near of nearest(key, known)) misspelt.add(JSON.stringify([...path, near]));
        return { line: yaml.lineOf([...path, key]), message: unknownKey(key, known) };
      });
    }
    const line = yaml.lineOf(path);
    const value = valueAt(yaml.value, path);
    const key = path.at(-1);
    if (value === undefined && typeof key === "string") {
      return [{ line, message: `the key ${quote(key)} is missing`, missing: JSON.stringify(path) }];
    }
    const place = path.length === 0 ? "" : `${formatPath(path)}: `;
    return [{ line, message: `${place}${shown(value)}${issue.message}` }];
  });
  // A misspelt key is not also a missing one.
  return problems
    .filter(({ missing }) => missing === undefined || !misspelt.has(missing))
    .map(({ line, message }) => ({ line, message }));
}
