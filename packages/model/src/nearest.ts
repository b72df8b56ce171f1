/** The number of single-character edits between `a` and `b`; a swap of two neighbours counts as one. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const table = Array.from({ length: (a.length + 1) * width }, () => 0);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        table[i * width + j] = i + j;
        continue;
      }
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      table[i * width + j] = best;
    }
  }
  return at(a.length, b.length);
}

/** Longer words are not a misspelling of anything, and comparing them costs the square of their length. */
const MAX_WORD_LENGTH = 80;

/**
 * The candidates a misspelt `word` may have meant, nearest first, at most `limit`.
 * One edit per three characters is near, as is a candidate that contains the word or is contained in it.
 */
export function nearest(word: string, candidates: readonly string[], limit = 3): string[] {
  if (word.length > MAX_WORD_LENGTH) return [];
  const lower = word.toLowerCase();
  const scored = candidates.flatMap((candidate) => {
    const other = candidate.toLowerCase();
    const distance = editDistance(lower, other);
    const contains =
      lower.length >= 3 && other.length >= 3 && (other.includes(lower) || lower.includes(other));
    const near = distance <= Math.max(1, Math.floor(Math.max(lower.length, other.length) / 3));
    return near || contains ? [{ candidate, score: contains ? Math.min(distance, 1.5) : distance }] : [];
  });
  return scored
    .sort((a, b) => a.score - b.score || a.candidate.localeCompare(b.candidate, "en"))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
