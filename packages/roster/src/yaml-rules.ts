/**
 * What the library composes our files by: YAML 1.2, and nothing of it that hides what a text says. Duplicate keys are
 * found when values are read: the library compares every key of a map with every other.
 */
export const YAML_RULES = {
  version: "1.2",
  schema: "core",
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const;
