type Fields = Readonly<Record<string, unknown>>;

// Both are JSON values.
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Whether two JSON values are equal, the order of keys aside. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (!isFields(a) || !isFields(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}
