const RUN_OF_WORDS = 5;

/** Every run of five words of a text, without its punctuation, headings and class names. */
export function shingles(text: string): ReadonlySet<string> {
  const words = text
    .replace(/^#.*$/gm, "")
    .toLowerCase()
    .match(/[a-z0-9'-]+/g);
  const all = words ?? [];
  return new Set(
    all
      .slice(0, Math.max(0, all.length - RUN_OF_WORDS + 1))
      .map((_, index) => all.slice(index, index + RUN_OF_WORDS).join(" ")),
  );
}

/** The Jaccard index: what two sets share of what they have together, 0 to 1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  const together = a.size + b.size - shared;
  return together === 0 ? 0 : shared / together;
}
