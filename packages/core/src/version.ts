/** The first number with a dot in a line that a program prints about itself: `3.3a` is 3.3. */
const NUMBERS = /(\d+)\.(\d+)(?:\.(\d+))?/;

export function versionIn(text: string): string | undefined {
  return NUMBERS.exec(text)?.[0];
}

/** Compares two versions by their numbers; what names none is not older. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}

function numbers(version: string): number[] {
  const [, major, minor, patch = "0"] = NUMBERS.exec(version) ?? [];
  return major === undefined ? [] : [major, minor, patch].map(Number);
}
