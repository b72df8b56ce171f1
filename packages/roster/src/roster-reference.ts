import { rosterJsonSchema } from "./roster-json-schema.ts";

/** The parts of a JSON schema that the table shows. */
interface Described {
  readonly type?: string;
  readonly const?: string | number;
  readonly default?: string | boolean;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly items?: Described;
  readonly propertyNames?: Described;
  readonly additionalProperties?: boolean | Described;
}

function typeText(schema: Described): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === "array") return `list of ${schema.items?.type === "object" ? "maps" : "strings"}`;
  return schema.type === "object" ? "map" : (schema.type ?? "any");
}

/** The maps below a key, each with the way its keys are written. */
function below(path: string, schema: Described): (readonly [string, Described])[] {
  if (schema.items?.properties) return [[`${path}[].`, schema.items]];
  const { additionalProperties: rest } = schema;
  if (typeof rest === "object" && schema.properties === undefined) return [[`${path}.<name>.`, rest]];
  return schema.properties ? [[`${path}.`, schema]] : [];
}

function rows(prefix: string, schema: Described): string[] {
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const fallback =
      value.default === undefined
        ? schema.required?.includes(key)
          ? "required"
          : ""
        : `\`${String(value.default)}\``;
    const row = `| \`${prefix}${key}\` | ${typeText(value)} | ${fallback} | ${value.description ?? ""} |`;
    return [row, ...below(prefix + key, value).flatMap(([path, map]) => rows(path, map))];
  });
  const { additionalProperties: rest } = schema;
  if (typeof rest !== "object" || schema.properties === undefined) return keys;
  return [...keys, `| \`${prefix}<kind>\` | ${typeText(rest)} |  | ${rest.description ?? ""} |`];
}

/** The keys of a roster as a Markdown table. */
export function rosterReference(): string {
  // What zod generates has these parts, of these types.
  const schema = rosterJsonSchema() as Described;
  return ["| key | type | default | notes |", "| --- | --- | --- | --- |", ...rows("", schema), ""].join(
    "\n",
  );
}
