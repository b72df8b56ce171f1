import { nearest } from "@mosaic/fleet-model";
import type * as z from "zod";
import { formatPath, type Finding, type Path } from "./finding.ts";
import { homeOfKey, knownKeys } from "./known-keys.ts";
import { placeOf, type Place } from "./plain-value.ts";
import { printable, quote } from "./quote.ts";
import { isSecretKey } from "./roster-rules.ts";
import { SUPPORTED_VERSIONS } from "./schema.ts";

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** Comparing every key of a file that is no roster at all would take seconds. */
const MOST_COMPARED = 1000;

const YAML_1_1_BOOLEAN = /^(?:y|yes|n|no|on|off)$/i;

function describe({ value, written = "" }: Place): string {
  if (value === null) return written === "" ? "nothing" : `null (${quote(written)})`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text ${quote(value)}`;
  return typeof value === "number" ? `the number ${printable(written)}` : printable(written);
}

function mend(expected: string, { value, written = "" }: Place): string {
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean" || written === "~"))
    return `; put it in quotes: "${printable(written)}"`;
  if (expected === "boolean" && typeof value === "string" && YAML_1_1_BOOLEAN.test(value))
    return "; YAML 1.2 has no yes, no, on and off";
  if (value === null && written === "") return "; give it a value or remove the key";
  return "";
}

function unknownKey(parent: Path, key: string, root: Place): Finding {
  const place = placeOf(root, parent).children.get(key);
  const path = [...parent, key];
  const offset = place?.keyOffset ?? placeOf(root, parent).offset;
  const unknown = `unknown key ${quote(key)}`;
  if (key === "<<")
    return { path, offset, message: `${unknown}: YAML 1.2 has no merge keys; write the keys out` };
  if (isSecretKey(key))
    return { path, offset, message: `${unknown}; a secret goes to the environment or the credentials file` };
  const home = homeOfKey(key);
  if (home !== undefined) return { path, offset, message: `${unknown} here; it belongs to ${home}` };
  return { path, offset, message: unknown, misspelt: { word: key, candidates: knownKeys(parent) } };
}

function fromIssue(issue: z.core.$ZodIssue, root: Place): Finding[] {
  // Paths into a JSON value hold no symbols.
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, root));
  const parent = placeOf(root, path.slice(0, -1));
  const place = path.length === 0 ? root : parent.children.get(path.at(-1) ?? "");
  if (!place) {
    const key = String(path.at(-1));
    const version =
      key === "version" && path.length === 1 ? `; write "version: ${SUPPORTED_VERSIONS.join(" or ")}"` : "";
    return [
      { path, offset: parent.offset, message: `the key ${quote(key)} is missing${version}`, missing: true },
    ];
  }
  const at = { path, offset: place.offset };
  if (path.length === 1 && path[0] === "version")
    return [
      {
        ...at,
        message: `unsupported version, ${describe(place)}; supported: ${SUPPORTED_VERSIONS.join(", ")}`,
      },
    ];
  if (issue.code === "invalid_type") {
    const expected = EXPECTED[issue.expected] ?? issue.expected;
    return [{ ...at, message: `expected ${expected}, got ${describe(place)}${mend(issue.expected, place)}` }];
  }
  if (issue.code === "invalid_value")
    return [
      {
        ...at,
        message: `expected ${issue.values.map((value) => quote(String(value))).join(" or ")}, got ${describe(place)}`,
      },
    ];
  // A bad key of a record carries the reasons of the key's schema inside.
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const offset = issue.code === "invalid_key" ? (place.keyOffset ?? place.offset) : place.offset;
  const subject =
    typeof place.value === "string" && issue.code !== "invalid_key" ? place.value : String(path.at(-1));
  return [{ path, offset, message: Array.isArray(place.value) ? message : `${quote(subject)}: ${message}` }];
}

/** What zod found, in our words and with places. */
export function schemaFindings(error: z.ZodError, root: Place): Finding[] {
  const findings = error.issues.flatMap((issue) => fromIssue(issue, root));
  // A misspelt key is not also a missing one.
  const meant = new Set(
    findings
      .slice(0, MOST_COMPARED)
      .flatMap(({ path, misspelt }) =>
        misspelt
          ? nearest(misspelt.word, misspelt.candidates).map((key) => formatPath([...path.slice(0, -1), key]))
          : [],
      ),
  );
  return findings.filter(({ path, missing }) => missing !== true || !meant.has(formatPath(path)));
}
