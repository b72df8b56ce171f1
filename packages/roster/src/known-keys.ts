import * as z from "zod";
import type { Path } from "./finding.ts";
import { RosterSchema } from "./schema.ts";

/** The schema inside `optional` and its like. */
function unwrapSchema(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.core.$ZodExactOptional ? unwrapSchema(schema._zod.def.innerType) : schema;
}

function child(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | undefined {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.core.$ZodArray) return inner._zod.def.element;
  if (inner instanceof z.core.$ZodRecord) return inner._zod.def.valueType;
  if (!(inner instanceof z.core.$ZodObject)) return undefined;
  const { shape } = inner._zod.def;
  return Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** The keys that the map at `path` may have; none where any key may stand. */
export function knownKeys(path: Path): string[] {
  let schema: z.core.$ZodType | undefined = RosterSchema;
  for (const key of path) schema = schema && child(schema, key);
  const inner = schema && unwrapSchema(schema);
  return inner instanceof z.core.$ZodObject ? Object.keys(inner._zod.def.shape) : [];
}

/** Where a key that does not belong at its place does belong, as `tmux` for `socket_name`. */
export function homeOfKey(key: string): string | undefined {
  const places: readonly (readonly [string, Path])[] = [
    ["the top level", []],
    ["tmux", ["tmux"]],
    ["defaults", ["defaults"]],
    ["an agent", ["agents", 0]],
    ["a runtime", ["runtimes", ""]],
    ["connector.matrix", ["connector", "matrix"]],
  ];
  return places.find(([, path]) => knownKeys(path).includes(key))?.[0];
}
